"""The page `/docs`: the application's OpenAPI document for people. It has no script and loads
nothing, so it works without the internet and under a strict Content-Security-Policy.
"""

import base64
import hashlib
import json
from collections.abc import Iterator, Mapping
from html import escape
from typing import Any

_METHODS = ("get", "post", "put", "patch", "delete")
_STYLE = """
body { font: 16px/1.5 system-ui, sans-serif; max-width: 60rem; margin: 2rem auto; padding: 0 1rem }
summary { cursor: pointer; padding: .3rem 0 } details { border-bottom: 1px solid #8884 }
code, pre { font: 14px/1.4 ui-monospace, monospace } pre { overflow-x: auto; padding: .5rem }
b { display: inline-block; min-width: 4.5rem } table { border-collapse: collapse }
td { padding: .2rem .8rem .2rem 0; vertical-align: top }
:root { color-scheme: light dark }
"""


def policy() -> str:
    """Return the page's Content-Security-Policy: its own style and nothing else."""
    digest = base64.b64encode(hashlib.sha256(_STYLE.encode()).digest()).decode()
    return f"default-src 'none'; style-src 'sha256-{digest}'; frame-ancestors 'none'"


def docs_page(document: Mapping[str, Any]) -> str:
    """Return the page as HTML."""
    title = escape(document["info"]["title"])
    by_tag: dict[str, list[str]] = {}
    for path, operations in document["paths"].items():
        for method in (each for each in _METHODS if each in operations):
            operation = operations[method]
            tag = next(iter(operation.get("tags", ())), "other")
            by_tag.setdefault(tag, []).append("".join(_operation(path, method, operation)))
    lines = [
        f'<!doctype html><html lang="en"><meta charset="utf-8"><title>{title}</title>',
        '<meta name="viewport" content="width=device-width">',
        f"<style>{_STYLE}</style><h1>{title}</h1>",
        '<p>For machines: <a href="openapi.json">openapi.json</a> (OpenAPI 3.1).</p>',
    ]
    for tag, operations in by_tag.items():
        lines += [f"<h2>{escape(tag)}</h2>", *operations]
    lines.append("<h2>Bodies</h2>")
    for name, schema in document.get("components", {}).get("schemas", {}).items():
        lines.append(
            f'<details id="{escape(name)}"><summary><code>{escape(name)}</code></summary>'
            f"{_json(schema)}</details>"
        )
    return "\n".join(lines)


def _operation(path: str, method: str, operation: Mapping[str, Any]) -> Iterator[str]:
    said = operation.get("description") or operation.get("summary", "")
    yield f"<details><summary><b>{method.upper()}</b> <code>{escape(path)}</code></summary>"
    yield f"<p>{escape(said)}</p><table>"
    for each in operation.get("parameters", ()):
        if "name" in each:
            needed = ", required" if each.get("required") else ""
            yield (
                f"<tr><td><code>{escape(each['name'])}</code><td>{escape(each['in'])}{needed}"
                f"<td>{escape(each.get('description', ''))}"
            )
    if "requestBody" in operation:
        yield f"<tr><td>body<td colspan=2>{_bodies(operation['requestBody'])}"
    for status, answer in operation["responses"].items():
        yield (
            f"<tr><td>{escape(status)}<td>{_bodies(answer)}"
            f"<td>{escape(answer.get('description', ''))}"
        )
    yield "</table></details>"


def _bodies(of: Mapping[str, Any]) -> str:
    return ", ".join(
        _named(content.get("schema", {})) or escape(media)
        for media, content in of.get("content", {}).items()
    )


def _named(schema: Mapping[str, Any]) -> str:
    """Return the names of what the schema refers to, linked; empty where it refers to nothing."""
    if alternatives := schema.get("oneOf"):
        return " or ".join(filter(None, map(_named, alternatives)))
    if "items" in schema:
        item = _named(schema["items"])
        return f"list of {item}" if item else ""
    name = escape(str(schema.get("$ref", "")).rpartition("/")[2])
    return f'<a href="#{name}"><code>{name}</code></a>' if name else ""


def _json(schema: Mapping[str, Any]) -> str:
    return f"<pre>{escape(json.dumps(schema, indent=2, ensure_ascii=False))}</pre>"
