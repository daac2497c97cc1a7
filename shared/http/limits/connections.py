"""How many connections one address has open to an instance."""

from collections.abc import Callable
from dataclasses import dataclass, field

Close = Callable[[], None]


@dataclass
class _OfOneAddress:
    strangers: dict[Close, None] = field(default_factory=dict)
    """In the order in which they came."""
    known: set[Close] = field(default_factory=set)
    silent: dict[Close, None] = field(default_factory=dict)
    """Strangers of which no whole head has come yet, in the same order."""


_PART_SILENT, _MIN_SILENT = 8, 16
"""On an eighth of an address' connections, and on so many, no whole head need have come yet."""


class OpenConnections:
    """At most `limit` for each address. Where one more comes, the oldest that has not yet served a
    caller it knows gives way: neither silent connections nor refused ones keep others out who have
    the same address. So does the oldest that sends its first head bit by bit, where an eighth of
    them do. Each is what closes it.
    """

    def __init__(self, limit: int) -> None:
        self._limit = limit
        self._silent_limit = max(limit // _PART_SILENT, _MIN_SILENT)
        self._by_address: dict[str, _OfOneAddress] = {}

    def __len__(self) -> int:
        return sum(len(each.strangers) + len(each.known) for each in self._by_address.values())

    def add(self, address: str, close: Close) -> bool:
        """Count it; return False, and do not, where the address has as many as it may and all of
        them have served a known caller.
        """
        its = self._by_address.setdefault(address, _OfOneAddress())
        if len(its.strangers) + len(its.known) >= self._limit:
            if not its.strangers:
                return False
            oldest = next(iter(its.strangers))
            del its.strangers[oldest]
            its.silent.pop(oldest, None)
            oldest()
        if len(its.silent) >= self._silent_limit:
            slowest = next(iter(its.silent))
            del its.silent[slowest]
            its.strangers.pop(slowest, None)
            slowest()
        its.strangers[close] = its.silent[close] = None
        return True

    def speaks(self, address: str, close: Close) -> None:
        """Remember that a whole head has come on the connection."""
        its = self._by_address.get(address)
        if its is not None:
            its.silent.pop(close, None)

    def knows(self, address: str, close: Close) -> None:
        """Remember that the connection has served a caller who is known."""
        its = self._by_address.get(address)
        if its is not None and close in its.strangers:
            del its.strangers[close]
            its.known.add(close)

    def remove(self, address: str, close: Close) -> None:
        """Count it no more; harmless to repeat."""
        its = self._by_address.get(address)
        if its is not None:
            its.strangers.pop(close, None)
            its.silent.pop(close, None)
            its.known.discard(close)
            if not its.strangers and not its.known:
                del self._by_address[address]
