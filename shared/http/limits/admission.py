"""A request that was let in: what of it counts, and when its turn is."""

import contextlib
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from typing import Any, Final

from fastapi import Request

from shared.http.limits.accounts import Account
from shared.http.limits.token_bucket import TokenBucket

ADMISSION: Final = "admission"
"""Where it lies in a request's state."""


class Admission:
    """A request that may go on, until it is released."""

    __slots__ = ("_account", "_is_upload", "_released", "_wait", "bucket", "caller", "turns")

    def __init__(
        self,
        account: Account,
        bucket: TokenBucket,
        *,
        at_work: int,
        has_caller: bool,
        is_upload: bool = False,
        wait: Callable[[], Awaitable[None]] | None = None,
    ) -> None:
        """`wait` is what waits until it is the request's time, if that has one."""
        self._account, self._is_upload, self._released = account, is_upload, False
        self._wait = wait
        self.bucket, self.caller = bucket, account if has_caller else None
        account.requests += 1
        account.uploads += is_upload
        self.turns = account.turns(at_work)

    async def wait(self) -> None:
        """Wait until it is the request's time; harmless to repeat."""
        wait, self._wait = self._wait, None
        if wait is not None:
            await wait()

    def release(self) -> None:
        """Count it no more as under way; harmless to repeat."""
        if not self._released:
            self._released = True
            self._account.requests -= 1
            self._account.uploads -= self._is_upload


def release(request: Request) -> None:
    """Count the request no more as under way: its answer goes on, and costs next to nothing."""
    admission = request.scope.get("state", {}).get(ADMISSION)
    if isinstance(admission, Admission):
        admission.release()


@contextlib.asynccontextmanager
async def turn(request: Request) -> AsyncIterator[None]:
    """Wait until the request is one of those of its caller that are worked on: a burst of one
    caller's stands in its own queue, and not before all others. Of requests that change something
    one burst is worked on little by little: what follows from it is work for all services.
    """
    admission = request.scope.get("state", {}).get(ADMISSION)
    if not isinstance(admission, Admission):
        yield
        return
    await admission.wait()
    async with admission.turns:
        yield


def caller_in(state: Mapping[str, Any]) -> Account | None:
    """Return whose request it was, by that state; None where it was let in for an address."""
    admission = state.get(ADMISSION)
    return admission.caller if isinstance(admission, Admission) else None
