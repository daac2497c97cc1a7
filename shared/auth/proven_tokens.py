"""What was proven of tokens, so that a caller who comes again costs no signature."""

from collections import OrderedDict
from typing import Generic, TypeVar

T = TypeVar("T")

_MAX_TOKENS = 4096


class ProvenTokens(Generic[T]):
    """Remembers who a token proved, until it expires; of too many the one that was not used for
    longest is forgotten.
    """

    def __init__(self) -> None:
        self._proven: OrderedDict[str, tuple[float, T]] = OrderedDict()

    def get(self, token: str, now: float) -> T | None:
        """Return whom it proved, or None when that is not known or `now` (seconds since 1970) is
        past its expiry.
        """
        known = self._proven.get(token)
        if known is None or known[0] <= now:
            return None
        self._proven.move_to_end(token)
        return known[1]

    def add(self, token: str, expires_at: float, proved: T) -> None:
        self._proven[token] = (expires_at, proved)
        if len(self._proven) > _MAX_TOKENS:
            self._proven.popitem(last=False)

    def clear(self) -> None:
        self._proven.clear()
