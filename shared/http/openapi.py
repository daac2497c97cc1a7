"""The contract of a service (OpenAPI 3.1): what FastAPI reads in the signatures, and what every
route does besides, from who may call it to each status that it answers.

Made from the routes themselves, so that none can be forgotten. tests/contract holds real answers
against it.
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from fastapi.routing import APIRoute, iter_route_contexts
from starlette.routing import BaseRoute

from shared.auth.caller import WorkScheme
from shared.errors import Forbidden, Invalid, NotFound, Refused, Unauthenticated, Unavailable
from shared.facts import FactTooLarge
from shared.http import idempotency
from shared.http.declared import HeaderField, answered_fields_of, header_fields_of, refusals_of
from shared.http.idempotency import KeyInFlight, KeyReused
from shared.http.limits.described import LIMIT_FIELDS
from shared.http.limits.limiter import TooManyRequests
from shared.http.live import EventStream
from shared.http.problems import (
    MEDIA_TYPE,
    BadRequest,
    Taken,
    TooLarge,
    TooSlow,
    UnsupportedMedia,
    status_of,
    title_of,
)
from shared.http.requests import guards_of
from shared.http.routing import ActionRoute, BacklogFull, changes_something
from shared.http.uploads import max_file_bytes

Document = dict[str, Any]
_Refusal = tuple[int, str]
"""A status, and a code that its problem may have."""

DESCRIPTION = """\
Every error is `application/problem+json` (RFC 9457) with a stable `code`; each operation names \
those it may answer. `HEAD` answers wherever `GET` does. Another method is 405 with `Allow`, an \
unknown parameter of the query or field of a body 422, and so are a text with half of a surrogate \
pair and an integer written with a fraction (`3.0`). A body without required fields may be left \
out. `traceparent` (W3C Trace Context) is followed, and a problem names its `trace_id`.\
"""

_ANY: frozenset[_Refusal] = frozenset({(408, "head_too_slow"), (431, "head_too_large")})
_ANY_ROUTE = (BadRequest, TooManyRequests)
_ANY_ACTION = (BadRequest, Unauthenticated, Forbidden, NotFound, Invalid, Unavailable)
_ANY_CHANGE = (TooLarge, TooSlow, Taken, FactTooLarge, KeyInFlight, KeyReused, BacklogFull)

_PROBLEM: Document = {
    "title": "Problem",
    "description": "RFC 9457; further members are said with the code.",
    "type": "object",
    "required": ["type", "title", "status", "detail", "code"],
    "properties": {
        "type": {"type": "string", "format": "uri", "examples": ["urn:fettle:problem:not_found"]},
        "title": {"type": "string"},
        "status": {"type": "integer", "minimum": 400, "maximum": 599},
        "detail": {"type": "string"},
        "code": {"type": "string"},
        "trace_id": {"type": "string", "pattern": "^[0-9a-f]{32}$"},
        "errors": {
            "description": "With `invalid_input`: each fault, at most 50.",
            "type": "array",
            "items": {
                "type": "object",
                "required": ["pointer", "detail", "code"],
                "properties": {
                    "pointer": {
                        "description": "Into the body (RFC 6901).",
                        "type": "string",
                    },
                    "parameter": {
                        "description": "Of the path, query or head.",
                        "type": "string",
                    },
                    "detail": {"type": "string"},
                    "code": {"type": "string"},
                    "reason": {
                        "description": "With `value_error`: which rule it is against.",
                        "type": "string",
                    },
                    "values": {
                        "description": "What it is about, such as a limit.",
                        "type": "object",
                    },
                },
            },
        },
    },
}

_SCHEMES: Mapping[str, Document] = {
    "bearer": {
        "type": "http",
        "scheme": "bearer",
        "bearerFormat": "JWT",
        "description": "A token of the issuer: `sub`, and `roles` with the sites they are for.",
    },
    WorkScheme.OFFER: {
        "type": "http",
        "scheme": "Offer",
        "description": "`Authorization: Offer TOKEN`: the token that came with one offer, for it "
        "alone.",
    },
    WorkScheme.JOB: {
        "type": "http",
        "scheme": "Job",
        "description": "`Authorization: Job TOKEN`: the token that came with an accepted job, for "
        "it alone.",
    },
}

_RETRY_AFTER = HeaderField(
    name="Retry-After", description="Seconds.", schema={"type": "integer", "minimum": 1}
)
_PROBLEM_FIELDS: Mapping[int, Sequence[HeaderField]] = {
    401: (
        HeaderField(name="WWW-Authenticate", description="The scheme.", schema={"const": "Bearer"}),
    ),
    429: (_RETRY_AFTER, *LIMIT_FIELDS),
    503: (_RETRY_AFTER,),
}


def _refuse_other_keys(part: Any) -> None:
    """Say of every object whose keys have a pattern that it has no other keys: pydantic says only
    what the values of those are that match it.
    """
    if isinstance(part, list):
        for inner in part:
            _refuse_other_keys(inner)
    elif isinstance(part, dict):
        if len(part.get("patternProperties", ())) == 1:
            [(pattern, values)] = part.pop("patternProperties").items()
            part["propertyNames"] = {**part.get("propertyNames", {}), "pattern": pattern}
            part["additionalProperties"] = values
        for inner in part.values():
            _refuse_other_keys(inner)


def describe(document: Document, routes: Sequence[BaseRoute]) -> Document:
    """Return FastAPI's document with what it cannot know."""
    parts: dict[str, dict[str, Any]] = document.setdefault("components", {})
    schemas = parts.setdefault("schemas", {})
    for name in ("HTTPValidationError", "ValidationError"):
        schemas.pop(name, None)
    _refuse_other_keys(schemas)
    schemas["Problem"] = _PROBLEM
    problems: dict[str, Document] = parts.setdefault("responses", {})
    schemes: set[str] = set()
    for path, method, route in _operations(routes):
        operation = document["paths"][path][method.lower()]
        _describe(operation, method, route, problems)
        schemes |= {name for each in operation["security"] for name in each}
        if method == "GET":
            document["paths"][path]["head"] = _head_of(operation)
    parts["securitySchemes"] = {
        name: scheme for name, scheme in _SCHEMES.items() if name in schemes
    }
    document["info"]["description"] = DESCRIPTION
    return document


def _operations(routes: Sequence[BaseRoute]) -> Iterator[tuple[str, str, APIRoute]]:
    for context in iter_route_contexts(routes):
        route = context.original_route
        if isinstance(route, APIRoute) and route.include_in_schema:
            for method in sorted(route.methods or ()):
                yield str(context.path), method, route


def _describe(
    operation: Document, method: str, route: APIRoute, problems: dict[str, Document]
) -> None:
    guards = list(guards_of(route.dependant))
    operation["security"] = [{"bearer": []} for _ in guards[:1]] + [
        {scheme: []} for guard in guards if (scheme := getattr(guard, "scheme", None)) is not None
    ]
    if guards:
        operation["x-roles"] = sorted(getattr(guards[0], "roles"))  # noqa: B009 - any callable
    fields = list(header_fields_of(route.dependant))
    if isinstance(route, ActionRoute) and changes_something(method):
        fields.append(idempotency.FIELD)
    if fields:
        operation.setdefault("parameters", []).extend(map(_parameter, fields))
    if route.body_field is not None:
        _, wrong = route.body_field.validate({}, {}, loc=("body",))
        operation["requestBody"]["required"] = bool(wrong)
    if (max_bytes := max_file_bytes(route.dependant)) is not None:
        operation["requestBody"] = _file_body(max_bytes)
    answers = operation["responses"]
    for response in (answer for status, answer in answers.items() if status.startswith("2")):
        for field in answered_fields_of(route.dependant):
            response.setdefault("headers", {})[field.name] = _header(field)
    answers.pop("422", None)  # FastAPI's own
    if route.response_class is EventStream:  # whose events alone are in its model's form
        answers["200"]["content"].pop("application/json")
    codes: dict[int, set[str]] = defaultdict(set)
    for status, code in _refusals(method, route):
        codes[status].add(code)
    for status, found in sorted(codes.items()):
        name = ".".join([str(status), *sorted(found)])
        problems.setdefault(name, _problem(status, sorted(found)))
        answers[str(status)] = {"$ref": f"#/components/responses/{name}"}


def _refusals(method: str, route: APIRoute) -> Iterator[_Refusal]:
    yield from _ANY
    kinds: list[type[Refused]] = [*_ANY_ROUTE, *refusals_of(route.dependant)]
    if isinstance(route, ActionRoute):
        yield 422, "invalid_input"
        kinds += _ANY_ACTION
        if changes_something(method):
            kinds += _ANY_CHANGE
        if route.body_field is not None:
            kinds.append(UnsupportedMedia)
        if route.dependant.path_params:
            yield 404, "no_such_route"  # of a part that divides, such as `a/b`
    for kind in kinds:
        yield status_of(kind), kind.code


def _problem(status: int, codes: Sequence[str]) -> Document:
    said: Document = {
        "description": f"{title_of(status)}: " + ", ".join(f"`{code}`" for code in codes),
        "content": {
            MEDIA_TYPE: {
                "schema": {
                    "allOf": [
                        {"$ref": "#/components/schemas/Problem"},
                        {
                            "properties": {
                                "status": {"const": status},
                                "code": {"enum": list(codes)},
                            }
                        },
                    ]
                }
            }
        },
    }
    if fields := _PROBLEM_FIELDS.get(status):
        said["headers"] = {field.name: _header(field) for field in fields}
    return said


def _parameter(field: HeaderField) -> Document:
    return {
        "in": "header",
        "name": field.name,
        "required": field.required,
        "description": field.description,
        "schema": dict(field.schema),
    }


def _header(field: HeaderField) -> Document:
    return {"description": field.description, "schema": dict(field.schema)}


def _file_body(max_bytes: int) -> Document:
    file: Document = {"type": "string", "format": "binary", "minLength": 1, "maxLength": max_bytes}
    form = {"type": "object", "required": ["file"], "properties": {"file": file}}
    return {
        "description": f"The file, at most {max_bytes} bytes: alone, or in a form.",
        "required": True,
        "content": {
            "application/octet-stream": {"schema": file},
            "multipart/form-data": {"schema": form},
        },
    }


def _head_of(operation: Document) -> Document:
    """Return what `HEAD` answers: the same without a body."""
    answers = {
        status: {
            **{name: part for name, part in answer.items() if name != "content"},
        }
        for status, answer in operation["responses"].items()
    }
    return {
        **operation,
        "operationId": operation["operationId"].removesuffix("_get") + "_head",
        "responses": answers,
    }
