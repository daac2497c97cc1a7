"""Every answer of a service in a test held against its contract (OpenAPI): the status is named
there with the problem's code, the body is as its schema says, and a body that was taken is one that
the contract takes.
"""

import re
from collections.abc import Iterator, Mapping
from functools import cached_property
from typing import Any

import httpx
import jsonschema_rs
from pydantic_core import from_json

from shared.http.problems import MEDIA_TYPE

_STREAM = "text/event-stream"
_JSON = ("application/json", MEDIA_TYPE)


class Contract:
    """A service's OpenAPI document, to hold answers against."""

    def __init__(self, document: Mapping[str, Any]) -> None:
        self.document = document
        self._validators: dict[str, Any] = {}

    @cached_property
    def _paths(self) -> list[tuple[re.Pattern[str], Mapping[str, Any]]]:
        # the one with fewest parameters first: `/v1/inbox/events` before `/v1/inbox/{message_id}`
        paths = sorted(self.document["paths"].items(), key=lambda item: item[0].count("{"))
        return [
            (re.compile(re.sub(r"\\{\w+\\}", "[^/]+", re.escape(path)) + "$"), operations)
            for path, operations in paths
        ]

    def operation(self, method: str, path: str) -> Mapping[str, Any] | None:
        """Return the operation of a request, None where the document has none."""
        for pattern, operations in self._paths:
            if pattern.match(path) and method.lower() in operations:
                found: Mapping[str, Any] = operations[method.lower()]
                return found
        return None

    def faults(self, request: httpx.Request, answer: httpx.Response) -> Iterator[str]:
        """Yield what the contract does not say of the answer; its body has been read."""
        path = request.url.raw_path.decode().partition("?")[0]
        operation = self.operation(request.method, path)
        if operation is None:
            if answer.status_code not in (404, 405):
                yield f"no operation, and the answer is {answer.status_code}"
            return
        if answer.status_code == 500:
            return  # a fault of ours is no part of the contract
        said = self._resolved(operation["responses"].get(str(answer.status_code)))
        if said is None:
            yield f"the status {answer.status_code} is not named: {answer.text[:300]}"
            return
        yield from self._body_faults(request, answer, said.get("content", {}))
        for name, field in said.get("headers", {}).items():
            if name in answer.headers and "schema" in field:
                yield from self._schema_faults(
                    field["schema"], _read(answer.headers[name], field["schema"]), name
                )
        taken = operation.get("requestBody", {}).get("content", {}).get("application/json")
        if answer.is_success and taken is not None and _content(request):
            schema = taken["schema"]
            body = from_json(request.content.removeprefix(b"\xef\xbb\xbf"))
            # a format, of a time say, is an annotation: what is taken may be written more freely
            yield from self._schema_faults(schema, body, "the body that was taken", formats=False)

    def _body_faults(
        self, request: httpx.Request, answer: httpx.Response, content: Mapping[str, Any]
    ) -> Iterator[str]:
        media = answer.headers.get("content-type", "").partition(";")[0]
        if request.method == "HEAD" or media == _STREAM:
            return
        if not content:
            if answer.content:
                yield f"a body is not named: {answer.text[:300]}"
        elif media not in content:
            yield f"the type {media!r} is not named"
        elif media in _JSON:
            yield from self._schema_faults(content[media]["schema"], from_json(answer.content), "")

    def _resolved(self, part: Mapping[str, Any] | None) -> Mapping[str, Any] | None:
        if part is None or "$ref" not in part:
            return part
        found: Any = self.document
        for name in part["$ref"].removeprefix("#/").split("/"):
            found = found[name]
        resolved: Mapping[str, Any] = found
        return resolved

    def _schema_faults(
        self, schema: Mapping[str, Any], value: object, what: str, *, formats: bool = True
    ) -> Iterator[str]:
        key = f"{schema} {formats}"
        if key not in self._validators:
            self._validators[key] = jsonschema_rs.validator_for(
                {**schema, "components": self.document["components"]},
                validate_formats=formats,
            )
        for error in self._validators[key].iter_errors(value):
            yield f"{what}{error.instance_path}: {error.message[:300]}"


def _content(request: httpx.Request) -> bytes:
    """Return the body that was sent, nothing for one that was streamed."""
    return request.content if isinstance(request.stream, httpx.ByteStream) else b""


def _read(text: str, schema: Mapping[str, Any]) -> object:
    return int(text) if schema.get("type") == "integer" and text.isdigit() else text


class Held(httpx.AsyncBaseTransport):
    """A transport whose answers are held against the contract; raises AssertionError."""

    def __init__(self, transport: httpx.AsyncBaseTransport, contract: Contract) -> None:
        self._transport = transport
        self._contract = contract

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        answer = await self._transport.handle_async_request(request)
        if not answer.headers.get("content-type", "").startswith(_STREAM):
            await answer.aread()
            if isinstance(request.stream, httpx.ByteStream):  # else it may be one of a test's own
                await request.aread()
            faults = list(self._contract.faults(request, answer))
            assert not faults, f"{request.method} {request.url} is not as its contract: {faults}"
        return answer
