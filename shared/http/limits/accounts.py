"""What each caller has used of their quotas, in the memory of one instance."""

from collections import OrderedDict

from shared.http.limits.token_bucket import Rate, TokenBucket

MAX_ACCOUNTS = 10_000
"""Those that were not used for longest are forgotten: to them, as to a new caller, all is free."""


class Account:
    """One caller's, or one address'."""

    __slots__ = ("_buckets", "refusals_waiting", "requests", "uploads")

    def __init__(self) -> None:
        self._buckets: dict[str, TokenBucket] = {}
        self.requests = 0
        """Under way now,"""
        self.uploads = 0
        """and those of them that bring a large body."""
        self.refusals_waiting = 0

    def bucket(self, rate: Rate, now: float) -> TokenBucket:
        bucket = self._buckets.get(rate.name)
        if bucket is None:
            bucket = self._buckets[rate.name] = TokenBucket(rate, now)
        return bucket


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
