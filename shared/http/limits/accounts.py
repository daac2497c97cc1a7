"""What each caller has used of their quotas, in the memory of one instance."""

import asyncio
from collections import OrderedDict

from shared.http.limits.token_bucket import Queue, Rate, TokenBucket

MAX_ACCOUNTS = 10_000
"""Those that were not used for longest are forgotten: to them, as to a new caller, all is free."""


class Account:
    """One caller's, or one address'."""

    __slots__ = (
        "_at_work",
        "_buckets",
        "_turns",
        "changes",
        "refusals_waiting",
        "requests",
        "uploads",
    )

    def __init__(self) -> None:
        self._buckets: dict[str, TokenBucket] = {}
        self.requests = 0
        """Under way now,"""
        self.uploads = 0
        """and those of them that bring a large body."""
        self.changes = Queue()
        """Requests that change something."""
        self.refusals_waiting = 0
        self._at_work = 0
        self._turns: asyncio.Semaphore | None = None

    def bucket(self, rate: Rate, now: float) -> TokenBucket:
        bucket = self._buckets.get(rate.name)
        if bucket is None:
            bucket = self._buckets[rate.name] = TokenBucket(rate, now)
        return bucket

    def turns(self, at_work: int) -> asyncio.Semaphore:
        """Return what lets so many of the caller's requests be worked on at a time, in the order in
        which they came. Another number counts from when none of them is under way.
        """
        if self._turns is None or (self._at_work != at_work and self.requests <= 1):
            self._turns, self._at_work = asyncio.Semaphore(at_work), at_work
        return self._turns


class Accounts:
    """At most `limit` of them, whoever comes: strangers with ever new addresses take no memory."""

    def __init__(self, limit: int = MAX_ACCOUNTS) -> None:
        self._accounts: OrderedDict[str, Account] = OrderedDict()
        self._limit = limit

    def __len__(self) -> int:
        return len(self._accounts)

    def of(self, key: str) -> Account:
        """Return the account, a new one where there is none."""
        account = self._accounts.get(key)
        if account is not None:
            self._accounts.move_to_end(key)
            return account
        account = self._accounts[key] = Account()
        if len(self._accounts) > self._limit:
            self._accounts.popitem(last=False)
        return account
