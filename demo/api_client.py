"""The way of simulated people to the public APIs: a call is retried until it is answered.

Every retry carries the same idempotency key.
"""

import asyncio
import base64
import json
import time
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any
from urllib.parse import urlsplit
from uuid import uuid4

import httpx
from httpx_aiohttp import AiohttpTransport

from demo.audit.client_log import NOTED, Call
from shared.backoff import Backoff

MAX_CONNECTIONS = 128
REQUEST_TIMEOUT_S = 30.0
RETRY_TIMEOUT_S = 60.0
MIN_BACKOFF_S, MAX_BACKOFF_S, MAX_RETRY_AFTER_S = 0.1, 2.0, 10.0
RETRYABLE = frozenset({429, 502, 503, 504})
KEY_IN_FLIGHT = "idempotency_key_in_flight"

Observe = Callable[[Call], None]
"""Called with every request that changes something, once it is answered for good."""


@dataclass(frozen=True, kw_only=True)
class ApiResponse:
    """`body` is the JSON object that came, empty where there was none."""

    status: int
    body: Mapping[str, Any] = field(default_factory=dict)

    @property
    def good(self) -> bool:
        return 200 <= self.status < 300

    @property
    def why(self) -> str:
        """Return the reason of a refusal in the service's words."""
        code, detail = self.body.get("code", ""), self.body.get("detail", "")
        return f"{self.status} {code}: {detail}".strip(": ")


class Unreachable(Exception):
    """A service did not answer for a minute."""


class ApiClient:
    """`urls` are the services' addresses by name. Every call raises Unreachable."""

    def __init__(
        self,
        client: httpx.AsyncClient,
        urls: Mapping[str, str],
        observe: Observe = lambda call: None,
    ) -> None:
        self._client = client
        self._urls = urls
        self._observe = observe

    async def get(
        self,
        service: str,
        path: str,
        params: Mapping[str, str | int | list[str]],
        *,
        auth: str,
    ) -> ApiResponse:
        headers = {"Authorization": auth}
        return await self._call("GET", self._urls[service] + path, headers, params=params)

    async def put(
        self, service: str, path: str, body: Mapping[str, Any], *, auth: str
    ) -> ApiResponse:
        headers = {"Authorization": auth}
        return await self._call("PUT", self._urls[service] + path, headers, json=body)

    async def patch(
        self, service: str, path: str, body: Mapping[str, Any], *, auth: str
    ) -> ApiResponse:
        """Read what is there, and change it as it was read."""
        url = self._urls[service] + path
        read = await self._call("GET", url, {"Authorization": auth})
        if not read.good:
            return read
        headers = {"Authorization": auth, "If-Match": f'"{read.body["version"]}"'}
        return await self._call("PATCH", url, headers, json=body)

    async def post(
        self,
        service: str,
        path: str,
        body: Mapping[str, Any] | None = None,
        *,
        auth: str,
        key: str | None = None,
    ) -> ApiResponse:
        """Post under the idempotency key, or under a new one."""
        return await self.post_to(self._urls[service] + path, body, auth=auth, key=key)

    async def post_to(
        self,
        url: str,
        body: Mapping[str, Any] | None = None,
        *,
        auth: str,
        key: str | None = None,
    ) -> ApiResponse:
        """Post to an address that a service gave, such as that of an offer's answer."""
        headers = {"Authorization": auth, "Idempotency-Key": key or str(uuid4())}
        return await self._call("POST", url, headers, json=body or {})

    async def upload(
        self, service: str, path: str, content: bytes, *, media_type: str, auth: str
    ) -> ApiResponse:
        """Post a file as the body, under a new idempotency key."""
        headers = {
            "Authorization": auth,
            "Idempotency-Key": str(uuid4()),
            "Content-Type": media_type,
        }
        return await self._call("POST", self._urls[service] + path, headers, content=content)

    async def _call(
        self, method: str, url: str, headers: Mapping[str, str], **content: Any
    ) -> ApiResponse:
        loop = asyncio.get_running_loop()
        give_up_at = loop.time() + RETRY_TIMEOUT_S
        backoff = Backoff(MIN_BACKOFF_S, MAX_BACKOFF_S)
        sent_at, attempts = time.time(), 0
        while True:
            asked_for_s, attempts = 0.0, attempts + 1
            try:
                response = await self._client.request(method, url, headers=headers, **content)
            except httpx.TransportError as error:
                why = repr(error)
            else:
                answer = _read(response)
                if answer.status not in RETRYABLE and answer.body.get("code") != KEY_IN_FLIGHT:
                    if method != "GET":
                        self._observe(_noted(method, url, headers, answer, sent_at, attempts))
                    return answer
                why, asked_for_s = answer.why, _retry_after_s(response)
            pause_s = backoff.next_s(at_least_s=asked_for_s)
            if loop.time() + pause_s > give_up_at:
                raise Unreachable(f"{method} {url} is not answered: {why}")
            await asyncio.sleep(pause_s)


@asynccontextmanager
async def open_api(
    urls: Mapping[str, str], observe: Observe = lambda call: None
) -> AsyncIterator[ApiClient]:
    """Open connections to the services at these addresses until the block ends."""
    limits = httpx.Limits(
        max_connections=MAX_CONNECTIONS, max_keepalive_connections=MAX_CONNECTIONS
    )
    async with httpx.AsyncClient(
        transport=AiohttpTransport(limits=limits, trust_env=False),
        timeout=httpx.Timeout(REQUEST_TIMEOUT_S),
        trust_env=False,
    ) as client:
        yield ApiClient(client, urls, observe)


def _noted(
    method: str,
    url: str,
    headers: Mapping[str, str],
    answer: ApiResponse,
    sent_at: float,
    tries: int,
) -> Call:
    by, about = _claims(headers["Authorization"])
    return Call(
        method=method,
        path=urlsplit(url).path,
        by=by,
        about=about,
        status=answer.status,
        sent_at=sent_at,
        answered_at=time.time(),
        attempts=tries,
        answer={name: answer.body[name] for name in NOTED if name in answer.body},
    )


@lru_cache(maxsize=10_000)
def _claims(auth: str) -> tuple[str, str]:
    """Return whose the token is, and the ticket it is for; both empty where it is no JWT."""
    payload = auth.rpartition(" ")[2].split(".")[1:2]
    try:
        claims = json.loads(base64.urlsafe_b64decode(payload[0] + "=="))
        return str(claims.get("sub", "")), str(claims.get("ticket", ""))
    except (IndexError, ValueError, AttributeError):
        return "", ""


def _read(response: httpx.Response) -> ApiResponse:
    if "json" not in response.headers.get("content-type", ""):
        return ApiResponse(status=response.status_code)
    body = response.json()
    return ApiResponse(
        status=response.status_code, body=body if isinstance(body, dict) else {"items": body}
    )


def _retry_after_s(response: httpx.Response) -> float:
    given = response.headers.get("retry-after", "")
    return min(float(given), MAX_RETRY_AFTER_S) if given.isdecimal() else 0.0
