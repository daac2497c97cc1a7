"""Who a caller is, by their token and by what is recorded of them: asked before each request, and
before each look of a live stream.
"""

import asyncio
from collections import OrderedDict
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Generic, TypeVar

from shared.auth.belonging import bounded
from shared.auth.caller import Caller
from shared.contracts import PersonV1
from shared.db.transaction import Database, Kind, Transaction
from shared.live_topics import LiveTopics
from shared.messaging.people import find_records, topic_of_person

T = TypeVar("T")

_MAX_REMEMBERED = 10_000
_REMEMBERED_FOR = timedelta(seconds=15)
"""News from another instance may be lost on the way."""

FindRecords = Callable[[Transaction, Caller], Awaitable[Sequence[PersonV1]]]


@dataclass
class _Entry(Generic[T]):
    value: T
    read_at: datetime
    told: asyncio.Event


class Remembered(Generic[T]):
    """What was read about people, until there is news of them, or for 15 s."""

    def __init__(self, live_topics: LiveTopics) -> None:
        self._live_topics = live_topics
        self._entries: OrderedDict[tuple[str, object], _Entry[T]] = OrderedDict()

    async def read(
        self, person_id: str, asked: object, *, now: datetime, load: Callable[[], Awaitable[T]]
    ) -> T:
        """Return what is remembered of the person for the same question, or load it."""
        known = self._entries.get((person_id, asked))
        if known is not None and not known.told.is_set() and now - known.read_at < _REMEMBERED_FOR:
            self._entries.move_to_end((person_id, asked))
            return known.value
        # before it is read: what is told after is heard
        told = self._live_topics.listen(topic_of_person(person_id))
        try:
            value = await load()
        except BaseException:
            self._live_topics.leave(topic_of_person(person_id), told)
            raise
        self._forget((person_id, asked))
        self._entries[person_id, asked] = _Entry(value, now, told)
        while len(self._entries) > _MAX_REMEMBERED:
            self._forget(next(iter(self._entries)))
        return value

    def _forget(self, key: tuple[str, object]) -> None:
        entry = self._entries.pop(key, None)
        if entry is not None:
            self._live_topics.leave(topic_of_person(key[0]), entry.told)


class Belongings:
    """Bounds callers by the records of them. `find` reads these."""

    def __init__(
        self, database: Database, live_topics: LiveTopics, find: FindRecords = find_records
    ) -> None:
        self.database = database
        self._find = find
        self._records = Remembered[Sequence[PersonV1]](live_topics)

    async def bound(self, caller: Caller) -> Caller:
        """Return the caller with what is left of the token's claims now."""
        now = self.database.clock.now()

        async def load() -> Sequence[PersonV1]:
            async with self.database.transaction(kind=Kind.READING) as tx:
                return await self._find(tx, caller)

        sites = frozenset(grant.site for grant in caller.roles)
        records = await self._records.read(caller.id, sites, now=now, load=load)
        return bounded(caller, records, now=now)
