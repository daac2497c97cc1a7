"""The players' way to the public APIs: a call is repeated until it is answered, always under the
same idempotency key.
"""

import asyncio
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any
from uuid import uuid4

import httpx
from httpx_aiohttp import AiohttpTransport

from shared.backoff import Backoff

IN_FLIGHT = 128
PATIENCE_S = 60.0
LATER = frozenset({429, 502, 503, 504})
KEY_IN_FLIGHT = "idempotency_key_in_flight"


@dataclass(frozen=True, kw_only=True)
class Answer:
    """`body` is the JSON object that came, empty where there was none."""

    status: int
    body: Mapping[str, Any] = field(default_factory=dict)

    @property
    def good(self) -> bool:
        return 200 <= self.status < 300

    @property
    def why(self) -> str:
        """Of a refusal, in the service's words."""
        return f"{self.status} {self.body.get('code', '')}: {self.body.get('detail', '')}".strip(
            ": "
        )


class Unreachable(Exception):
    """A service did not answer for a minute."""


class Web:
    """`urls` are the services' addresses by name."""

    def __init__(self, client: httpx.AsyncClient, urls: Mapping[str, str]) -> None:
        self._client = client
        self._urls = urls

    async def get(
        self, service: str, path: str, params: Mapping[str, str | int | list[str]], *, auth: str
    ) -> Answer:
        return await self._call(service, "GET", path, {"Authorization": auth}, params=params)

    async def put(self, service: str, path: str, body: Mapping[str, Any], *, auth: str) -> Answer:
        return await self._call(service, "PUT", path, {"Authorization": auth}, json=body)

    async def post(
        self,
        service: str,
        path: str,
        body: Mapping[str, Any] | None = None,
        *,
        auth: str,
        key: str | None = None,
    ) -> Answer:
        """`key` is the idempotency key; one of its own is made where none is given.

        Raises Unreachable.
        """
        headers = {"Authorization": auth, "Idempotency-Key": key or str(uuid4())}
        return await self._call(service, "POST", path, headers, json=body or {})

    async def post_to(
        self, url: str, body: Mapping[str, Any] | None = None, *, auth: str
    ) -> Answer:
        """Where an offer says that its answer goes. Raises Unreachable."""
        return await self._ask(
            "POST", url, {"Authorization": auth, "Idempotency-Key": str(uuid4())}, json=body or {}
        )

    async def _call(
        self, service: str, method: str, path: str, headers: Mapping[str, str], **more: Any
    ) -> Answer:
        return await self._ask(method, self._urls[service] + path, headers, **more)

    async def _ask(self, method: str, url: str, headers: Mapping[str, str], **more: Any) -> Answer:
        until = asyncio.get_running_loop().time() + PATIENCE_S
        backoff = Backoff(0.1, 2.0)
        while True:
            asked_for_s = 0.0
            try:
                response = await self._client.request(method, url, headers=headers, **more)
            except httpx.TransportError as error:
                again, why = True, repr(error)
            else:
                answer = _answer(response)
                again = answer.status in LATER or answer.body.get("code") == KEY_IN_FLIGHT
                if not again:
                    return answer
                why, asked_for_s = answer.why, _retry_after_s(response)
            pause_s = backoff.next_s(at_least_s=asked_for_s)
            if asyncio.get_running_loop().time() + pause_s > until:
                raise Unreachable(f"{method} {url} is not answered: {why}")
            await asyncio.sleep(pause_s)


@asynccontextmanager
async def web(urls: Mapping[str, str]) -> AsyncIterator[Web]:
    limits = httpx.Limits(max_connections=IN_FLIGHT, max_keepalive_connections=IN_FLIGHT)
    transport = AiohttpTransport(limits=limits, trust_env=False)
    async with httpx.AsyncClient(
        transport=transport, timeout=httpx.Timeout(30.0), trust_env=False
    ) as client:
        yield Web(client, urls)


def _answer(response: httpx.Response) -> Answer:
    if "json" not in response.headers.get("content-type", ""):
        return Answer(status=response.status_code)
    body = response.json()
    return Answer(
        status=response.status_code, body=body if isinstance(body, dict) else {"items": body}
    )


def _retry_after_s(response: httpx.Response) -> float:
    given = response.headers.get("retry-after", "")
    return min(float(given), 10.0) if given.isdecimal() else 0.0
