"""The other services' public APIs, spoken to as the visitor."""

import asyncio
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from datetime import datetime
from enum import Enum
from functools import partial
from typing import Any
from urllib.parse import quote, urlencode

import httpx
from fastapi.responses import StreamingResponse
from pydantic_core import from_json, to_json

from services.portal.adapters.service_answers import Answer, Away, Missing, Refusal, parts
from services.portal.adapters.service_links import Budget, ServiceLink, ServiceLinks
from services.portal.domain.addresses import is_plain
from services.portal.domain.sent_file import SentFile
from shared.telemetry import current_trace

__all__ = ["Answer", "Api", "Apis", "Away", "Missing", "Refusal", "parts", "path_of"]

UPLOAD_TIMEOUT_S = 60.0
_MAX_ANSWER_BYTES = 8 * 1024 * 1024
_PIECE_BYTES = 64 * 1024
_IN_FLIGHT = "idempotency_key_in_flight"
_PAUSES_S = (0.1, 0.2, 0.4, 0.8, 0.8)
_PASSED_ON = ("range", "if-range", "if-none-match", "if-modified-since", "accept")
_PASSED_BACK = (
    *("content-type", "content-length", "content-range", "content-disposition", "accept-ranges"),
    *("etag", "last-modified", "cache-control", "content-security-policy"),
)


def path_of(template: str, *filled_in: object) -> str:
    """Return the path with each `{}` filled in, escaped: `path_of("/v1/sites/{}", site_id)`. Raises
    Refusal, as not found, where there is nothing to fill in.
    """
    if not all(map(str, filled_in)):
        raise Refusal("portal", 404, "not_found", "There is nothing without a name.", {})
    return template.format(*(quote(str(each), safe="") for each in filled_in))


class Api:
    """One service, as one visitor. `key` is an `Idempotency-Key`, `etag` what `If-Match` says; what
    is None in a query is left out, and a list stands in it once for each of its items.

    All raise Refusal for a no, and Away where there is no answer in time.
    """

    def __init__(
        self, link: ServiceLink, token: Callable[[], str | None], budget: Budget, *, by: str | None
    ) -> None:
        self._link, self._token, self._budget, self._by = link, token, budget, by
        self.post, self.put = partial(self.answer, "POST"), partial(self.answer, "PUT")
        self.patch, self.delete = partial(self.answer, "PATCH"), partial(self.answer, "DELETE")

    async def get(self, path: str, **query: Any) -> Any:
        """Return the JSON at the path."""
        return (await self.answer("GET", path, **query)).json

    async def answer(
        self,
        method: str,
        path: str,
        json: Any = None,
        *,
        key: str | None = None,
        etag: str | None = None,
        headers: Mapping[str, str] | None = None,
        **query: Any,
    ) -> Answer:
        """Return what the service answers to any request; `post`, `put`, `patch` and `delete` are
        this one, with the method.
        """
        body = None if json is None else to_json(json)
        given = {
            "Content-Type": None if body is None else "application/json",
            "Idempotency-Key": key,
            "If-Match": etag,
            **(headers or {}),
        }

        async def send() -> Answer:
            request = self._request(method, path, query, given, body)
            return await self._send(request, self._budget.next_s())

        return await self._once(send)

    async def upload(
        self, path: str, file: SentFile, *, key: str | None = None, **query: Any
    ) -> Answer:
        """Send the file as the body, in pieces."""
        given = {
            "Content-Type": file.media_type or "application/octet-stream",
            "Content-Length": str(file.size_bytes),
            "Content-Disposition": f"attachment; filename*=utf-8''{quote(file.name, safe='')}",
            "Idempotency-Key": key,
        }

        async def send() -> Answer:
            request = self._request("POST", path, query, given, _pieces_of(file))
            return await self._send(request, UPLOAD_TIMEOUT_S)

        began = time.monotonic()
        try:
            return await self._once(send)
        finally:
            self._budget.add(time.monotonic() - began)

    async def pass_on(
        self, path: str, request_headers: Mapping[str, str], **query: Any
    ) -> StreamingResponse:
        """Return the service's answer as it comes, a file or a part of one."""
        asked = {name: request_headers.get(name, "") for name in _PASSED_ON}
        passed = {name: said for name, said in asked.items() if said and is_plain(said)}
        async with AsyncExitStack() as held:
            response = await held.enter_async_context(self.stream(path, headers=passed, **query))
            said = response.headers
            headers = {name: said[name] for name in _PASSED_BACK if name in said}
            held_on = held.pop_all()

        async def pieces() -> AsyncIterator[bytes]:
            async with held_on:
                async for piece in response.aiter_raw():
                    yield piece

        return StreamingResponse(pieces(), response.status_code, headers=headers)

    @asynccontextmanager
    async def stream(
        self, path: str, *, headers: Mapping[str, str], **query: Any
    ) -> AsyncIterator[httpx.Response]:
        """Yield the answer to a GET whose body is still to come, for as long as it takes."""
        request, wait_s = self._request("GET", path, query, headers), self._budget.next_s()
        async with self._link.answer(request, wait_s, by=self._by, lasts=True) as response:
            if response.status_code >= 400:
                async with self._link.within(wait_s, by=self._by):
                    body = await _read(response)
                self._judge(response, body)
            self._link.judge(response.status_code, by=self._by)
            yield response

    async def _once(self, send: Callable[[], Awaitable[Answer]]) -> Answer:
        """Return the answer; while the first request of the same key is under way, a form that was
        sent twice waits for what that one was answered.
        """
        for pause_s in _PAUSES_S:
            try:
                return await send()
            except Refusal as refusal:
                if refusal.code != _IN_FLIGHT:
                    raise
            await asyncio.sleep(pause_s)
        return await send()

    def _request(
        self,
        method: str,
        path: str,
        query: Mapping[str, Any],
        headers: Mapping[str, str | None],
        content: bytes | AsyncIterator[bytes] | None = None,
    ) -> httpx.Request:
        if not _is_path(path):
            raise Refusal(self._link.name, 404, "no_such_route", "There is no such path.", {})
        given = {name: value for name, value in headers.items() if value is not None}
        if not all(map(is_plain, given.values())):
            raise Refusal(self._link.name, 400, "invalid_input", "No header can say that.", {})
        given |= {"User-Agent": "fettle-portal/1", "Accept-Encoding": "identity"}
        given.setdefault("Accept", "application/json")
        if (token := self._token()) is not None:
            given["Authorization"] = f"Bearer {token}"
        if (trace := current_trace()) is not None:
            given["traceparent"] = trace
        asked = _query_of(query)
        url = f"{self._link.base_url}{path}{f'?{asked}' if asked else ''}"
        return httpx.Request(method, url, headers=given, content=content)

    async def _send(self, request: httpx.Request, timeout_s: float) -> Answer:
        began = time.monotonic()
        async with self._link.answer(request, timeout_s, by=self._by) as response:
            left_s = max(timeout_s - (time.monotonic() - began), 0)
            async with self._link.within(left_s, by=self._by):
                body = await _read(response)
        return self._judge(response, body)

    def _judge(self, response: httpx.Response, body: bytes) -> Answer:
        """Return the answer, or raise for what is none."""
        status, value = response.status_code, _parsed(response, body)
        members = value if isinstance(value, dict) else {}
        self._link.judge(status, str(members.get("code", "")), by=self._by)
        if status >= 400:
            code, detail = str(members.get("code", f"http_{status}")), members.get("detail", "")
            raise Refusal(self._link.name, status, code, str(detail), members)
        headers = {name.lower(): value for name, value in response.headers.items()}
        return Answer(status=status, json=value, etag=headers.get("etag"), headers=headers)


class Apis:
    """The four services, as one visitor, for one page. `token` gives what they are shown; None
    shows them none. `by` is the visitor, None for the portal itself.
    """

    def __init__(
        self, links: ServiceLinks, token: Callable[[], str | None], *, by: str | None = None
    ) -> None:
        self._links, self._token, self._budget, self._by = links, token, links.budget(), by

    @property
    def tickets(self) -> Api:
        return self.of("tickets")

    @property
    def dispatch(self) -> Api:
        return self.of("dispatch")

    @property
    def sla(self) -> Api:
        return self.of("sla")

    @property
    def notify(self) -> Api:
        return self.of("notify")

    def of(self, service: str) -> Api:
        """Return the service of that name."""
        return Api(self._links.to(service), self._token, self._budget, by=self._by)


def _is_path(path: str) -> bool:
    """Return whether it is a path that stays where it says: what was put into it is escaped."""
    return (
        path.startswith("/")
        and is_plain(path)
        and not any(sign in path for sign in "?#\\ ")
        and not any(part in (".", "..") for part in path.split("/"))
    )


def _query_of(query: Mapping[str, Any]) -> str:
    pairs = []
    for name, value in query.items():
        values = value if isinstance(value, list | tuple | set | frozenset) else [value]
        pairs += [(name, _as_query(each)) for each in values if each is not None]
    return urlencode(pairs)


def _as_query(value: object) -> str:
    match value:
        case bool():
            return "true" if value else "false"
        case Enum():
            return str(value.value)
        case datetime():
            return value.isoformat()
        case _:
            return str(value)


async def _pieces_of(file: SentFile) -> AsyncIterator[bytes]:
    with await asyncio.to_thread(file.path.open, "rb") as opened:
        while piece := await asyncio.to_thread(opened.read, _PIECE_BYTES):
            yield piece


async def _read(response: httpx.Response) -> bytes:
    body = bytearray()
    async for piece in response.aiter_raw():
        body += piece
        if len(body) > _MAX_ANSWER_BYTES:
            raise httpx.ReadError("the answer is larger than any")
    return bytes(body)


def _parsed(response: httpx.Response, body: bytes) -> Any:
    """Return the body's value, its text where it is no JSON, None without one."""
    if not body:
        return None
    if "json" not in response.headers.get("content-type", ""):
        return body.decode(errors="replace")
    try:
        return from_json(body)
    except ValueError:
        return None
