"""Who a caller is, by their token and by what is recorded of them: asked before each request, and
before each look of a live stream.
"""

from collections import OrderedDict
from collections.abc import Awaitable, Callable, Hashable, Sequence
from datetime import datetime, timedelta
from typing import Generic, TypeVar

from shared.auth.belonging import bounded
from shared.auth.caller import Caller
from shared.contracts import PersonV1
from shared.db.transaction import Database, Kind
from shared.live_topics import LiveTopics
from shared.messaging.people import PERSON_TOPIC, find_records, topic_of_person

T = TypeVar("T")

_MAX_REMEMBERED = 10_000
_REMEMBERED_FOR = timedelta(seconds=15)
"""News from another instance may be lost on the way."""


class Remembered(Generic[T]):
    """What was read about people, until there is news of them, or for 15 s."""

    def __init__(self, live_topics: LiveTopics) -> None:
        self._people: OrderedDict[str, dict[Hashable, tuple[T, datetime]]] = OrderedDict()
        self._news = 0
        live_topics.call_when_told(self._told)

    async def read(
        self, person_id: str, asked: Hashable, *, now: datetime, load: Callable[[], Awaitable[T]]
    ) -> T:
        """Return what is remembered of the person for the same question, or load it."""
        topic = topic_of_person(person_id)
        known = self._people.get(topic, {}).get(asked)
        if known is not None and now - known[1] < _REMEMBERED_FOR:
            self._people.move_to_end(topic)
            return known[0]
        news = self._news
        value = await load()
        if news == self._news:  # else it may have been read before that was committed
            self._people.setdefault(topic, {})[asked] = value, now
            if len(self._people) > _MAX_REMEMBERED:
                self._people.popitem(last=False)
        return value

    def _told(self, topic: str) -> None:
        self._news += topic.startswith(PERSON_TOPIC)
        self._people.pop(topic, None)


class Belongings:
    """Bounds callers by the records of them that this service has heard of."""

    def __init__(self, database: Database, live_topics: LiveTopics) -> None:
        self.database = database
        self._records = Remembered[Sequence[PersonV1]](live_topics)

    async def bound(self, caller: Caller) -> Caller:
        """Return the caller with what is left of the token's claims now."""
        now = self.database.clock.now()

        async def load() -> Sequence[PersonV1]:
            async with self.database.transaction(kind=Kind.READING) as tx:
                return await find_records(tx, caller)

        sites = frozenset(grant.site for grant in caller.roles)
        records = await self._records.read(caller.id, sites, now=now, load=load)
        return bounded(caller, records, now=now)
