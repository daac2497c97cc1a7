"""Token buckets: so many requests a second, and so many at once after a pause."""

from dataclasses import dataclass
from functools import cached_property
from math import ceil


@dataclass(frozen=True)
class Rate:
    """`per_s` requests a second, and `burst` of them at once after a pause; `name` is what callers
    read of it in `RateLimit`.
    """

    name: str
    per_s: float
    burst: int

    @cached_property
    def policy(self) -> bytes:
        """Return it as an item of `RateLimit-Policy` (draft-ietf-httpapi-ratelimit-headers-10, 3):
        a whole quota comes in the seconds that it takes to fill an empty bucket.
        """
        return b'"%s";q=%d;w=%d' % (
            self.name.encode(),
            self.burst,
            max(ceil(self.burst / self.per_s), 1),
        )

    def limit(self, left: int, wait_s: int) -> bytes:
        """Return what is left of it as an item of `RateLimit` (the same draft, 4)."""
        return self._limit % (left, wait_s)

    @cached_property
    def _limit(self) -> bytes:
        return b'"%s";r=%%d;t=%%d' % self.name.encode()

    def times(self, factor: int) -> "Rate":
        return Rate(self.name, self.per_s * factor, self.burst * factor)


class TokenBucket:
    """One caller's of a rate: full at first. `now` is seconds of a clock that never goes back."""

    __slots__ = ("_at", "_tokens")

    def __init__(self, rate: Rate, now: float) -> None:
        self._tokens: float = rate.burst
        self._at = now

    def take(self, rate: Rate, now: float) -> bool:
        """Take a token; return False, and take none, where there is no whole one."""
        self._tokens = min(self._tokens + (now - self._at) * rate.per_s, rate.burst)
        self._at = now
        # what is added bit by bit never makes quite a whole
        if self._tokens < 1 - _ROUNDING:
            return False
        self._tokens = max(self._tokens - 1, 0.0)
        return True

    def give_back(self) -> None:
        """Put a token back, to be called after `take` has taken it."""
        self._tokens += 1

    @property
    def left(self) -> int:
        """Return how many requests may follow at once."""
        return int(self._tokens + _ROUNDING)

    def wait_s(self, rate: Rate) -> int:
        """Return in how many whole seconds after the last `take` there is one token more, at least
        1 where one is missing; 0 for a full bucket.
        """
        if self._tokens >= rate.burst:
            return 0
        return max(ceil((self.left + 1 - self._tokens) / rate.per_s - _ROUNDING), 1)


class Queue:
    """When each of one caller's requests is worked on: `burst` of them at once, the others at the
    rate, in the order in which they came. `now` is seconds of a clock that never goes back.
    """

    __slots__ = ("_free_at",)

    def __init__(self) -> None:
        self._free_at = 0.0

    def join(self, rate: Rate, now: float) -> float:
        """Count one more; return in how many seconds its time comes."""
        self._free_at = max(self._free_at, now)
        wait_s = self._free_at - now - (rate.burst - 1) / rate.per_s
        self._free_at += 1 / rate.per_s
        return max(wait_s, 0.0)


_ROUNDING = 1e-6
