"""How many calls of one visitor are under way: one who opens many pages at once waits in a queue of
their own, and takes none of the ways to the services from others.
"""

import asyncio
from weakref import WeakValueDictionary

MAX_CALLS = 32
"""Of one visitor, to all services together: a few pages at once, each with all of its parts."""


class CallTurns:
    """One semaphore for each visitor who has calls under way; it is forgotten with the last one."""

    def __init__(self, limit: int = MAX_CALLS) -> None:
        self._limit = limit
        self._of: WeakValueDictionary[str, asyncio.Semaphore] = WeakValueDictionary()

    def __len__(self) -> int:
        return len(self._of)

    def of(self, visitor: str) -> asyncio.Semaphore:
        """Return the visitor's, to be held until their call is over."""
        turns = self._of.get(visitor)
        if turns is None:
            turns = self._of[visitor] = asyncio.Semaphore(self._limit)
        return turns
