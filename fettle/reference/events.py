"""The catalogue of facts, for people (Markdown) and for machines (AsyncAPI 3)."""

from typing import Any

from shared.contracts import SNAPSHOTS, Snapshot


def events_page() -> str:
    lines = [
        "# Facts",
        "",
        "Made by `make docs` from `shared/contracts/`. Every fact carries the whole state after it; consumers act on the state,",
        "never on the fact's name. On the wire: CloudEvents 1.0 in binary mode over NATS headers, the type is the subject, the body",
        'is `{"<entity>": {…}, "detail": {…}}`. Contracts only grow; a break would be a `.v2` beside `.v1`.',
        "",
    ]
    for contract in SNAPSHOTS:
        lines += [f"## {contract.OWNER}.{contract.ENTITY}", "", _first_paragraph(contract), ""]
        lines += ["| fact | said when |", "| --- | --- |"]
        lines += [f"| `{contract.fact_type(past_tense)}` | {sentence} |" for past_tense, sentence in contract.FACTS.items()]
        lines += ["", "| field | type | |", "| --- | --- | --- |"]
        lines += [f"| `{name}` | {kind} | {note} |" for name, kind, note in _fields(contract)]
        lines.append("")
    return "\n".join(lines)


def asyncapi() -> dict[str, Any]:
    """AsyncAPI 3.0: a channel for each fact, with its schema."""
    channels: dict[str, Any] = {}
    operations: dict[str, Any] = {}
    messages: dict[str, Any] = {}
    schemas: dict[str, Any] = {}
    for contract in SNAPSHOTS:
        schema = contract.model_json_schema(ref_template="#/components/schemas/{model}")
        schemas.update(schema.pop("$defs", {}))
        schemas[contract.__name__] = schema
        for past_tense, sentence in contract.FACTS.items():
            subject = contract.fact_type(past_tense)
            key = subject.replace(".", "_")
            channels[key] = {"address": subject, "messages": {key: {"$ref": f"#/components/messages/{key}"}}}
            operations[f"say_{key}"] = {"action": "send", "channel": {"$ref": f"#/channels/{key}"}, "summary": sentence}
            messages[key] = {
                "name": subject,
                "summary": sentence,
                "contentType": "application/json",
                "headers": {"$ref": "#/components/schemas/FactHeaders"},
                "payload": {
                    "type": "object",
                    "required": [contract.ENTITY, "detail"],
                    "properties": {contract.ENTITY: {"$ref": f"#/components/schemas/{contract.__name__}"}, "detail": {"type": "object"}},
                },
            }
    schemas["FactHeaders"] = _headers()
    return {
        "asyncapi": "3.0.0",
        "info": {"title": "Fettle facts", "version": "1", "description": "What Fettle's services say to each other over NATS JetStream."},
        "defaultContentType": "application/json",
        "channels": channels,
        "operations": operations,
        "components": {"messages": messages, "schemas": dict(sorted(schemas.items()))},
    }


def _headers() -> dict[str, Any]:
    names = ("Nats-Msg-Id", "ce-id", "ce-source", "ce-type", "ce-subject", "ce-time", "ce-specversion", "content-type")
    ours = ("fettle-site", "fettle-version", "fettle-actor")
    return {
        "type": "object",
        "required": [*names, *ours],
        "properties": {name: {"type": "string"} for name in (*names, *ours, "traceparent")},
    }


def _first_paragraph(contract: type[Snapshot]) -> str:
    # pydantic hands a class without a docstring its base's.
    own = contract.__dict__.get("__doc__") or ""
    return " ".join(own.split("\n\n")[0].split())


def _fields(contract: type[Snapshot]) -> list[tuple[str, str, str]]:
    schema = contract.model_json_schema()
    required = set(schema.get("required", ()))
    rows = []
    for name, field in schema["properties"].items():
        note = str(field.get("description", "")).replace("\n", " ")
        rows.append((name, _kind(field), note if name in required else f"{note} (optional)".strip()))
    return rows


def _kind(field: dict[str, Any]) -> str:
    if "$ref" in field:
        return f"`{field['$ref'].rpartition('/')[2]}`"
    if "anyOf" in field:
        return " or ".join(_kind(option) for option in field["anyOf"])
    if field.get("type") == "array":
        return f"list of {_kind(field.get('items', {}))}"
    if "format" in field:
        return str(field["format"])
    return str(field.get("type", "any"))
