"""Every request takes from its caller's quotas before a byte of its body is read; one too many is
refused with 429, and all callers are told what is left (`RateLimit`).

Who is not known yet takes from their address' quotas, before a signature is checked: what a good
token took is given back, so that callers who share an address do not count for each other. Memory
of this instance alone.
"""

import asyncio
import time
from collections.abc import Awaitable, Callable
from functools import partial
from typing import Final

from fastapi import Request
from pydantic import JsonValue
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from shared.auth.caller import Caller, Credential, Role, subject_of
from shared.errors import Refused, TooMany
from shared.http import problems
from shared.http.limits.accounts import Account, Accounts
from shared.http.limits.addresses import address_of
from shared.http.limits.admission import ADMISSION, Admission
from shared.http.limits.arrivals import Comer
from shared.http.limits.quotas import Quotas
from shared.http.limits.token_bucket import Rate, TokenBucket
from shared.http.requests import identity_of, known_identity

LARGE_BODY_BYTES = 64 * 1024
"""A body that is larger, or does not say how large it is, is an upload."""
_PROBES: Final = frozenset({"/livez", "/readyz", "/metrics"})
_READING: Final = frozenset({"GET", "HEAD", "OPTIONS"})

_PROMPT_REFUSALS = Rate("refusals", 20.0, 40)
"""Refusals that a caller gets at once. Further ones wait, so that a flood costs next to nothing
however fast it comes: a connection asks again once it has its answer.
"""
REFUSAL_PAUSE_S = 1.0
_BETWEEN_REFUSALS_S = 0.01
"""What each that waits already adds, or all that came together would be sent in one moment."""
_MAX_REFUSALS_WAITING = 200


class TooManyRequests(TooMany):
    """More than the rate, or more at once than a caller may have."""

    code = "too_many_requests"

    def __init__(self, message: str, *, policy: str, retry_after_s: int) -> None:
        violated: list[JsonValue] = [policy]
        super().__init__(message, **{"violated-policies": violated})
        self.retry_after_s = retry_after_s


class Limiter:
    """The quotas of an instance's callers and addresses. `now` is seconds of a clock that never
    goes back.
    """

    def __init__(
        self,
        quotas: Quotas,
        *,
        integration_factor: int,
        now: Callable[[], float] = time.monotonic,
        pause: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        self._quotas, self._integrations = quotas, quotas.times(integration_factor)
        self._factor = integration_factor
        self._callers, self._addresses = Accounts(), Accounts()
        self.now, self.pause = now, pause

    def streams_of(self, caller: Caller | Credential) -> int:
        """Return how many live streams the caller may have open."""
        return self._quotas_of(caller).streams

    def comer_of(self, identity: Caller | Credential) -> Comer:
        """Return for whom a connection of theirs counts, before it is served."""
        factor = self._factor if self._quotas_of(identity) is self._integrations else 1
        return Comer(f"caller {subject_of(identity)}", factor, is_known=True)

    async def serve(
        self, app: ASGIApp, scope: Scope, receive: Receive, send: Send, *, proves: bool
    ) -> None:
        """Call the application within the limits. `proves` says that it asks for a token."""
        account, rate, admission = self._admit(scope, proves=proves)
        if isinstance(admission, TooManyRequests):
            await self._refuse(account, rate, admission, scope, receive, send)
            return

        async def send_with_fields(message: Message) -> None:
            if message["type"] == "http.response.start":
                message["headers"] = [*message["headers"], *_fields(rate, admission.bucket)]
            await send(message)

        scope.setdefault("state", {})[ADMISSION] = admission
        try:
            await app(scope, receive, send_with_fields)
        finally:
            admission.release()

    def _admit(
        self, scope: Scope, *, proves: bool
    ) -> tuple[Account, Rate, Admission | TooManyRequests]:
        now, authorization, length, is_chunked, is_forwarded = self.now(), b"", b"", False, False
        for name, value in scope["headers"]:
            if name == b"authorization":
                authorization = value
            elif name == b"content-length":
                length = value
            elif name == b"transfer-encoding":
                is_chunked = True
            elif name == b"x-forwarded-for":
                is_forwarded = True
        identity = known_identity(scope, authorization.decode("latin-1")) if authorization else None
        name = _account_name(scope) if identity is None else subject_of(identity)
        for_proof: TokenBucket | None = None
        if name is None:
            account, quotas = self._addresses.of(_of_address(scope, is_forwarded)), self._quotas
            rate = _rate_of(scope, quotas)
            bucket = account.bucket(rate, now)
            if not bucket.take(rate, now):
                return account, rate, _too_fast(rate, bucket, "Your address")
            identity = _prove(scope) if proves and authorization else None
            if identity is None:
                # told 401 at once, or served by what costs as little
                return (
                    account,
                    rate,
                    Admission(account, bucket, at_work=quotas.at_work, has_caller=False),
                )
            name, for_proof = subject_of(identity), bucket
        account = self._callers.of(name)
        quotas = self._quotas if identity is None else self._quotas_of(identity)
        rate = _rate_of(scope, quotas)
        bucket = account.bucket(rate, now)
        if account.requests >= quotas.requests:
            return account, rate, _too_many_at_once("requests", quotas.requests)
        is_upload = rate is quotas.writes and (is_chunked or _is_large(length))
        if is_upload and account.uploads >= quotas.uploads:
            return account, rate, _too_many_at_once("uploads", quotas.uploads)
        if not bucket.take(rate, now):
            return account, rate, _too_fast(rate, bucket, "You")
        if for_proof is not None:
            for_proof.give_back()  # and not before: else each new token would be proven for nothing
        return (
            account,
            rate,
            Admission(
                account,
                bucket,
                at_work=quotas.at_work,
                has_caller=True,
                is_upload=is_upload,
                wait=partial(self._wait, account, quotas) if rate is quotas.writes else None,
            ),
        )

    async def _wait(self, account: Account, quotas: Quotas) -> None:
        wait_s = account.changes.join(quotas.changes, self.now())
        if wait_s:
            await self.pause(wait_s)

    async def _refuse(
        self,
        account: Account,
        rate: Rate,
        error: TooManyRequests,
        scope: Scope,
        receive: Receive,
        send: Send,
    ) -> None:
        now = self.now()
        answer = problems.refusal(error)
        answer.raw_headers.extend(_fields(rate, account.bucket(rate, now)))
        if not account.bucket(_PROMPT_REFUSALS, now).take(_PROMPT_REFUSALS, now):
            if account.refusals_waiting < _MAX_REFUSALS_WAITING:
                pause_s = REFUSAL_PAUSE_S + account.refusals_waiting * _BETWEEN_REFUSALS_S
                account.refusals_waiting += 1
                try:
                    await self.pause(pause_s)
                finally:
                    account.refusals_waiting -= 1
            else:
                answer.headers["Connection"] = "close"
        await answer(scope, receive, send)

    def _quotas_of(self, identity: Caller | Credential) -> Quotas:
        if isinstance(identity, Caller):
            for grant in identity.roles:
                if grant.role is Role.INTEGRATION:
                    return self._integrations
        return self._quotas


def _account_name(scope: Scope) -> str | None:
    """Return for whom the service itself knows that the request counts."""
    name: str | None = scope["app"].state.account_of(scope)
    return name


def _of_address(scope: Scope, is_forwarded: bool) -> str:
    """Return the key of an address: a balancer's own looks at health count apart from what it hands
    on, or strangers could make it take an instance for dead.
    """
    address = address_of(scope)
    return f"{address} for others" if is_forwarded else address


def _prove(scope: Scope) -> Caller | Credential | None:
    try:
        return identity_of(Request(scope))
    except Refused:
        return None  # the route says so


def _rate_of(scope: Scope, quotas: Quotas) -> Rate:
    if scope["method"] not in _READING:
        return quotas.writes
    return quotas.probes if scope["path"] in _PROBES else quotas.reads


def _is_large(length: bytes) -> bool:
    return length != b"" and not (length.isdigit() and int(length[:20]) <= LARGE_BODY_BYTES)


def _fields(rate: Rate, bucket: TokenBucket) -> list[tuple[bytes, bytes]]:
    return [
        (b"ratelimit-policy", rate.policy),
        (b"ratelimit", rate.limit(bucket.left, bucket.wait_s(rate))),
    ]


def _too_fast(rate: Rate, bucket: TokenBucket, who: str) -> TooManyRequests:
    verb = "have" if who == "You" else "has"
    return TooManyRequests(
        f"{who} {verb} {rate.per_s:g} {rate.name} a second here, {rate.burst} at once after a "
        "pause; send the same again after `Retry-After` seconds.",
        policy=rate.name,
        retry_after_s=bucket.wait_s(rate),
    )


def _too_many_at_once(policy: str, limit: int) -> TooManyRequests:
    return TooManyRequests(
        f"You have {limit} {policy} under way here; send the same again when one has ended.",
        policy=policy,
        retry_after_s=1,
    )
