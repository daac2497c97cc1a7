"""The ways to the other services, shared by all visitors: one client, and for each service whether
it is worth asking.
"""

import asyncio
import ssl
import time
from collections import Counter
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager, nullcontext
from functools import partial
from typing import Any

import aiohttp
import httpx
from httpx_aiohttp import AiohttpTransport

from services.portal.adapters.breakers import Breakers
from services.portal.adapters.call_turns import CallTurns
from services.portal.adapters.service_answers import Away
from shared.telemetry import get_logger
from shared.workarounds.aiohttp_interim_answers import Connector

log = get_logger(__name__)

Transport = httpx.AsyncBaseTransport

_CALL_TIMEOUT_S = 2.5
_PAGE_TIMEOUT_S = 2.8
"""How long the calls of one page may take in all: no page waits longer than three seconds."""
_LEAST_S = 0.05
_CONNECTIONS = 200
"""At once, of all services; beside those that are held open for news and files, so that these,
however many people look, take none away from pages.
"""
_CONNECT_TIMEOUT_S = 1.0
_FAILURES = (httpx.HTTPError, httpx.InvalidURL, aiohttp.ClientError, OSError, TimeoutError)


class Budget:
    """How long one page may still wait for services: `whole_s` in all, and `call_s` for one."""

    def __init__(self, call_s: float, whole_s: float) -> None:
        self._call_s, self._until = call_s, time.monotonic() + whole_s

    def next_s(self) -> float:
        """Return how long the next call may take."""
        return min(self._call_s, max(self._until - time.monotonic(), _LEAST_S))

    def add(self, seconds: float) -> None:
        """Do not count these seconds, in which a file went out."""
        self._until += seconds


class ServiceLink:
    """The way to one service at `base_url`."""

    def __init__(
        self,
        name: str,
        base_url: str,
        transport: Transport,
        calls: Counter[Any],
        turns: CallTurns,
        *,
        lasting: Transport,
    ) -> None:
        """`lasting` is the way for answers that go on coming."""
        self.name, self.base_url = name, base_url.rstrip("/")
        self._transport, self._lasting = transport, lasting
        self._calls, self._turns, self._breakers = calls, turns, Breakers()

    @asynccontextmanager
    async def answer(
        self, request: httpx.Request, timeout_s: float, *, by: str | None, lasts: bool = False
    ) -> AsyncIterator[httpx.Response]:
        """Yield the answer when its head has come; `within` bounds the wait for its body, unless it
        `lasts`. `by` is the visitor for whom it is asked, None for the portal itself. Raises Away,
        at once while the service is left alone.
        """
        # the transport alone: no redirects, no cookies, no proxies, nothing unpacked
        request.extensions["timeout"] = {"connect": _CONNECT_TIMEOUT_S, "pool": _CONNECT_TIMEOUT_S}
        began = time.monotonic()
        async with nullcontext() if lasts or by is None else self._turn(by, timeout_s):
            if not self._breakers.lets_through(by or ""):
                self._calls[self.name, "not_tried"] += 1
                raise Away(self.name)
            left_s = max(began + timeout_s - time.monotonic(), _LEAST_S)
            async with self.within(left_s, by=by):
                transport = self._lasting if lasts else self._transport
                response = await transport.handle_async_request(request)
            try:
                yield response
            finally:
                await response.aclose()

    @asynccontextmanager
    async def within(self, timeout_s: float, *, by: str | None) -> AsyncIterator[None]:
        """Raise Away where the block fails, or takes longer."""
        try:
            async with asyncio.timeout(timeout_s):
                yield
        except _FAILURES as error:
            self._breakers.failed(by or "")
            self._calls[self.name, "no_answer"] += 1
            said = str(error) or type(error).__name__
            log.warning("service_away", service=self.name, error=said[:200])
            raise Away(self.name) from error

    @asynccontextmanager
    async def _turn(self, by: str, timeout_s: float) -> AsyncIterator[None]:
        """Wait for one of the visitor's calls to end, where they have too many under way. Raises
        Away where none does in time, which says nothing of the service.
        """
        turns = self._turns.of(by)
        try:
            async with asyncio.timeout(timeout_s):
                await turns.acquire()
        except TimeoutError as error:
            self._calls[self.name, "not_tried"] += 1
            raise Away(self.name) from error
        try:
            yield
        finally:
            turns.release()

    def judge(self, status: int, code: str = "", *, by: str | None) -> None:
        """Count an answer; `code` says what kind of problem it is. Raises Away for a fault of the
        service's, and where it does not believe our tokens, which no visitor can mend.
        """
        if status < 400:
            outcome = "answered"
        elif (status >= 500 or status == 401) and code not in _OF_ONE_REQUEST:
            outcome = "failed"
        else:
            outcome = "refused"
        self._calls[self.name, outcome] += 1
        if outcome == "failed":
            log.warning("service_failed", service=self.name, status=status)
            self._breakers.failed(by or "")
            raise Away(self.name)
        self._breakers.succeeded(by or "")


_OF_ONE_REQUEST = frozenset({"attachment_not_processed", "storage_full", "readers_busy"})
"""What a service that is well says with 503 of one file, though not of the next."""


class ServiceLinks:
    """All of them; to be closed. `urls` are where the services are, by name; `patience` is how many
    times as long as usual they are waited for.
    """

    def __init__(
        self, urls: Mapping[str, str], transport: Transport | None = None, *, patience: float = 1
    ) -> None:
        self._patience = patience
        self.calls: Counter[tuple[str, str]] = Counter()
        """By service and outcome."""
        self._transport = transport or _network(_session)
        self._lasting = transport or _network(partial(_session, connections=0))
        turns = CallTurns()
        self._links = {
            name: ServiceLink(name, url, self._transport, self.calls, turns, lasting=self._lasting)
            for name, url in urls.items()
        }

    def budget(self) -> Budget:
        """Return how long a page that begins now may wait."""
        return Budget(_CALL_TIMEOUT_S * self._patience, _PAGE_TIMEOUT_S * self._patience)

    def to(self, service: str) -> ServiceLink:
        return self._links[service]

    async def close(self) -> None:
        await self._transport.aclose()
        await self._lasting.aclose()


def _network(session: Callable[[], aiohttp.ClientSession]) -> Transport:
    """Return the way over the network. Certificates are the session's to check: the context that
    httpx would make beside it is used for nothing, takes 25 ms and holds every authority.
    """
    return AiohttpTransport(verify=ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT), client=session)


def _session(connections: int = _CONNECTIONS) -> aiohttp.ClientSession:
    """Return a client with at most so many connections at once; 0: any number."""
    connector = Connector(limit=connections, keepalive_timeout=30)
    return aiohttp.ClientSession(
        connector=connector, cookie_jar=aiohttp.DummyCookieJar(), trust_env=False
    )
