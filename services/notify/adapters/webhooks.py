"""Webhooks going out: one POST each, within limits that no receiver can stretch."""

import asyncio
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime

import aiohttp
import httpx
from httpx_aiohttp import AiohttpTransport

from services.notify.adapters.pinned_addresses import AddressRefused, PinningResolver
from services.notify.adapters.posted import Posted
from services.notify.domain.delivery import Outcome
from services.notify.domain.reply_body import MAX_REPLY_BYTES
from shared.clock import Clock
from shared.trusted_authorities import trusted_authorities
from shared.workarounds.aiohttp_interim_answers import Connector

CONNECT_TIMEOUT_S = 5.0
ALL_TIMEOUT_S = 15.0
MAX_ANSWER_BYTES = MAX_REPLY_BYTES


@dataclass
class _Came:
    """What has come of an answer so far."""

    answer: bytearray = field(default_factory=bytearray)
    content_type: str = ""
    content_encoding: str = ""


class WebhookPoster:
    """Posts to endpoints; to be closed."""

    def __init__(
        self, resolver: PinningResolver, clock: Clock, *, all_timeout_s: float = ALL_TIMEOUT_S
    ) -> None:
        self._resolver, self._clock = resolver, clock
        self._all_timeout_s = all_timeout_s
        self._transport = AiohttpTransport(verify=trusted_authorities(), client=self._session)

    async def post(self, url: str, headers: Mapping[str, str], body: bytes) -> Posted:
        """Post the body; return the outcome. Never raises for what a receiver or the network does:
        it is the outcome.
        """
        began = time.perf_counter()
        came, refused = _Came(), False
        try:
            async with asyncio.timeout(self._all_timeout_s):
                outcome = await self._post(url, headers, body, came)
        except TimeoutError:
            outcome = Outcome(
                status=None, error=f"no whole answer within {self._all_timeout_s:g} s"
            )
        except (
            httpx.HTTPError,
            httpx.InvalidURL,
            aiohttp.ClientError,
            OSError,
            ValueError,
        ) as error:
            outcome, refused = Outcome(status=None, error=_in_words(error)), _by_us(error)
        return Posted(
            outcome=outcome,
            answer=bytes(came.answer),
            latency_s=0.0 if refused else time.perf_counter() - began,
            content_type=came.content_type,
            content_encoding=came.content_encoding,
        )

    async def close(self) -> None:
        await self._transport.aclose()

    async def _post(
        self, url: str, headers: Mapping[str, str], body: bytes, came: _Came
    ) -> Outcome:
        request = httpx.Request("POST", url, headers={**_HEADERS, **headers}, content=body)
        request.extensions["timeout"] = {
            "connect": CONNECT_TIMEOUT_S,
            "pool": CONNECT_TIMEOUT_S,
            "read": self._all_timeout_s,
        }
        # The transport alone, without httpx's client around it: no redirects, no cookies, no
        # proxies, nothing unpacked.
        response = await self._transport.handle_async_request(request)
        came.content_type = response.headers.get("content-type", "")
        came.content_encoding = response.headers.get("content-encoding", "")
        try:
            async for chunk in response.aiter_raw():
                came.answer += chunk[: MAX_ANSWER_BYTES - len(came.answer)]
                if len(came.answer) >= MAX_ANSWER_BYTES:
                    break
        finally:
            await response.aclose()
        return Outcome(
            status=response.status_code,
            retry_after=_retry_after(response.headers.get("retry-after"), self._clock.now()),
        )

    def _session(self) -> aiohttp.ClientSession:
        connector = Connector(
            ssl=self._transport.ssl_context,
            resolver=self._resolver,
            # the resolver is asked about names only, never about addresses
            socket_factory=self._resolver.open_socket,
            use_dns_cache=False,
            limit=0,  # how many at once is the sender's business
            keepalive_timeout=30,
        )
        return aiohttp.ClientSession(
            connector=connector, cookie_jar=aiohttp.DummyCookieJar(), trust_env=False
        )


_HEADERS = {
    "content-type": "application/json",
    "user-agent": "fettle-notify/1",
    "accept": "application/json",
    "accept-encoding": "identity",
}


def _retry_after(header: str | None, now: datetime) -> timedelta | None:
    """Parse seconds or a date (RFC 9110 §10.2.3); None without one that can be read."""
    if header is None:
        return None
    header = header.strip()
    if header.isascii() and header.isdigit():
        return timedelta(seconds=min(int(header[:10]), 7 * 86_400))
    try:
        until = parsedate_to_datetime(header)
    except (ValueError, OverflowError):
        return None
    until = until if until.tzinfo else until.replace(tzinfo=UTC)
    return max(until - now, timedelta(0))


def _by_us(error: BaseException | None) -> bool:
    """Return whether nothing was sent because the address is refused: how long its look-up took is
    told to no one.
    """
    while error is not None and not isinstance(error, AddressRefused):
        error = error.__cause__ or error.__context__
    return error is not None


def _in_words(error: Exception) -> str:
    return (str(error).replace("\x00", "").strip() or type(error).__name__)[:500]
