"""The catalogue of facts, for people (Markdown) and for machines (AsyncAPI 3)."""

import json
from typing import Any

from shared.contracts import SNAPSHOTS, Snapshot


def events_page() -> str:
    lines = [
        "# Facts",
        "",
        (
            "Made by `make docs` from `shared/contracts/`. Every fact carries the whole state "
            "after it; consumers act on the state,"
        ),
        (
            "never on the fact's name. On the wire: CloudEvents 1.0 in binary mode over NATS "
            "headers, the type is the subject, the body"
        ),
        (
            'is `{"<entity>": {…}, "detail": {…}}`. Contracts only grow; a break would be a `.v2` '
            "beside `.v1`."
        ),
        "",
        (
            "An entity's version rises once per transaction, and each version is one fact. Where "
            "a transaction did several things to it, the"
        ),
        (
            "fact has the name of the last, and `detail.also` lists the names of the others in "
            "the order in which they happened."
        ),
        "",
        (
            "A field with a default is left out of a fact "
            "where it equals it, in nested objects too: an absent field reads as its default, and"
        ),
        (
            "defaults never change. Of these fields only `jobs`, `steps` and `offers` of a work "
            "order and `skipped` of an announcement are"
        ),
        "always there. A fact of an earlier release has every field.",
        "",
    ]
    for contract in SNAPSHOTS:
        lines += [f"## {contract.OWNER}.{contract.ENTITY}", "", _first_paragraph(contract), ""]
        lines += ["| fact | said when |", "| --- | --- |"]
        lines += [
            f"| `{contract.fact_type(past_tense)}` | {sentence} |"
            for past_tense, sentence in _published(contract).items()
        ]
        if contract.FORMER_FACTS:
            former = ", ".join(
                f"`{contract.fact_type(past_tense)}`"
                for past_tense in sorted(contract.FORMER_FACTS)
            )
            lines += ["", f"No longer published, though an older stream may hold them: {former}."]
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
            channels[key] = {
                "address": subject,
                "messages": {key: {"$ref": f"#/components/messages/{key}"}},
            }
            if past_tense not in contract.FORMER_FACTS:
                operations[f"say_{key}"] = {
                    "action": "send",
                    "channel": {"$ref": f"#/channels/{key}"},
                    "summary": sentence,
                }
            messages[key] = {
                "name": subject,
                "summary": sentence,
                "contentType": "application/json",
                "headers": {"$ref": "#/components/schemas/FactHeaders"},
                "payload": {
                    "type": "object",
                    "required": [contract.ENTITY, "detail"],
                    "properties": {
                        contract.ENTITY: {"$ref": f"#/components/schemas/{contract.__name__}"},
                        "detail": {"$ref": "#/components/schemas/FactDetail"},
                    },
                },
            }
    schemas["FactHeaders"] = _headers()
    schemas["FactDetail"] = _detail()
    return {
        "asyncapi": "3.0.0",
        "info": {
            "title": "Fettle facts",
            "version": "1",
            "description": "What Fettle's services say to each other over NATS JetStream.",
        },
        "defaultContentType": "application/json",
        "channels": channels,
        "operations": operations,
        "components": {"messages": messages, "schemas": dict(sorted(schemas.items()))},
    }


def _headers() -> dict[str, Any]:
    names = (
        "Nats-Msg-Id",
        "ce-id",
        "ce-source",
        "ce-type",
        "ce-subject",
        "ce-time",
        "ce-specversion",
        "content-type",
    )
    ours = ("fettle-site", "fettle-version", "fettle-actor")
    return {
        "type": "object",
        "required": [*names, *ours],
        "properties": {name: {"type": "string"} for name in (*names, *ours, "traceparent")},
    }


def _detail() -> dict[str, Any]:
    also = (
        "What else happened to the entity in the same transaction, as past tenses in "
        "order; absent where it was one thing."
    )
    return {
        "type": "object",
        "description": "What this fact adds, for people and logs. Consumers act on the state.",
        "properties": {"also": {"type": "array", "items": {"type": "string"}, "description": also}},
    }


def _published(contract: type[Snapshot]) -> dict[str, str]:
    return {
        past_tense: sentence
        for past_tense, sentence in contract.FACTS.items()
        if past_tense not in contract.FORMER_FACTS
    }


def _first_paragraph(contract: type[Snapshot]) -> str:
    # pydantic hands a class without a docstring its base's.
    own = contract.__dict__.get("__doc__") or ""
    return " ".join(own.split("\n\n")[0].split())


def _fields(contract: type[Snapshot]) -> list[tuple[str, str, str]]:
    schema = contract.model_json_schema()
    rows = []
    for name, field in schema["properties"].items():
        note = str(field.get("description", "")).replace("\n", " ")
        rows.append(
            (
                name,
                _kind(field),
                f"{note} (default `{json.dumps(field['default'])}`)".strip()
                if "default" in field
                else note,
            )
        )
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
