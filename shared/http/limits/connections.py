"""How many connections one address has open to an instance."""

from collections.abc import Callable, Hashable
from dataclasses import dataclass, field

Close = Callable[[], None]


@dataclass
class _OfOneAddress:
    strangers: dict[Close, None] = field(default_factory=dict)
    """In the order in which they came."""
    callers: dict[Close, Hashable] = field(default_factory=dict)
    """Those that have served a caller who is known, with the first of them,"""
    known: dict[Hashable, dict[Close, None]] = field(default_factory=dict)
    """and of each of these theirs, in the order in which they were known."""
    silent: dict[Close, None] = field(default_factory=dict)
    """Strangers of which no whole head has come yet, in the same order."""


_PART_SILENT, _MIN_SILENT = 8, 16
"""On an eighth of an address' connections, and on so many, no whole head need have come yet."""
_PART_OF_ONE = 4
"""A quarter of them does not give way for one caller's sake."""


class OpenConnections:
    """At most `limit` for each address. Where one more comes, the oldest that has not yet served a
    caller it knows gives way: neither silent connections nor refused ones keep others out who have
    the same address, nor those of one caller beyond a quarter. So does the oldest that sends its
    first head bit by bit, where an eighth of them do. Each is what closes it.
    """

    def __init__(self, limit: int) -> None:
        self._limit = limit
        self._limit_of_one = max(limit // _PART_OF_ONE, 1)
        self._silent_limit = max(limit // _PART_SILENT, _MIN_SILENT)
        self._by_address: dict[str, _OfOneAddress] = {}

    def __len__(self) -> int:
        return sum(len(each.strangers) + len(each.callers) for each in self._by_address.values())

    def add(self, address: str, close: Close) -> bool:
        """Count it; return False, and do not, where the address has as many as it may and all of
        them have served a known caller.
        """
        its = self._by_address.setdefault(address, _OfOneAddress())
        if len(its.strangers) + len(its.callers) >= self._limit:
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

    def knows(self, address: str, close: Close, caller: Hashable) -> None:
        """Remember that the connection has served that caller. Of more than a quarter for them the
        oldest counts again as one that has served none.
        """
        its = self._by_address.get(address)
        if its is None or close not in its.strangers:
            return
        del its.strangers[close]
        its.callers[close] = caller
        theirs = its.known.setdefault(caller, {})
        theirs[close] = None
        if len(theirs) > self._limit_of_one:
            oldest = next(iter(theirs))
            del theirs[oldest], its.callers[oldest]
            its.strangers[oldest] = None

    def remove(self, address: str, close: Close) -> None:
        """Count it no more; harmless to repeat."""
        its = self._by_address.get(address)
        if its is not None:
            its.strangers.pop(close, None)
            its.silent.pop(close, None)
            if close in its.callers:
                caller = its.callers.pop(close)
                theirs = its.known[caller]
                del theirs[close]
                if not theirs:
                    del its.known[caller]
            if not its.strangers and not its.callers:
                del self._by_address[address]
