"""What was counted at a site stands until it changes there, or time changes it."""

from collections.abc import Collection, Mapping
from datetime import UTC, datetime, timedelta

import pytest

from services.tickets.actions.count_queue import CountsBySite
from services.tickets.actions.recording import topic_of_queue
from services.tickets.domain.queue_line import Count, QueueCounts, add_up
from services.tickets.store.queue_counts import SiteCounts
from shared.live_topics import LiveTopics

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
AB = frozenset("ab")
NONE = Count(tickets=0)


def counts(open: int, breached: Count = NONE) -> QueueCounts:
    return QueueCounts(
        open=open, on_hold=0, at_risk=NONE, breached=breached, unassignable=NONE, unheard=NONE
    )


class House:
    """Sites with so many open tickets, and which of them were counted."""

    def __init__(self, **open: int) -> None:
        self.open = open
        self.counted: list[str] = []
        self.topics = LiveTopics()
        self.counts = CountsBySite(self.topics)

    async def read(
        self,
        sites: frozenset[str] | None = AB,
        *,
        after: timedelta = timedelta(),
        until: timedelta | None = None,
        meanwhile: str | None = None,
    ) -> dict[str, int]:
        """Read so long after; what is counted holds `until`, and `meanwhile` that site changes."""
        now = NOW + after

        async def load(known: Collection[str]) -> Mapping[str, SiteCounts]:
            asked = frozenset(self.open if sites is None else sites).difference(known)
            self.counted += sorted(asked)
            ends = None if until is None else NOW + until
            found = {
                site: SiteCounts(counts=counts(self.open[site]), at=now, until=ends)
                for site in asked
            }
            if meanwhile is not None:
                self.topics.told([topic_of_queue(meanwhile)])
            return found

        found = await self.counts.read(sites, now=now, load=load)
        return {site: each.counts.open for site, each in found.items()}


@pytest.fixture
def house() -> House:
    return House(a=3, b=5)


@pytest.mark.parametrize("sites", [AB, None])
async def test_what_was_counted_stands_while_nothing_changes(
    house: House, sites: frozenset[str] | None
) -> None:
    for _ in range(3):
        assert await house.read(sites, after=timedelta(seconds=14)) == {"a": 3, "b": 5}

    assert house.counted == ["a", "b"]


async def test_a_site_that_changed_is_counted_anew_and_the_others_are_not(house: House) -> None:
    await house.read()
    house.open["b"] = 6
    house.topics.told([topic_of_queue("b"), topic_of_queue("elsewhere"), "ticket:a"])

    assert await house.read() == {"a": 3, "b": 6}
    assert house.counted == ["a", "b", "b"]


async def test_a_change_whose_news_was_lost_shows_after_fifteen_seconds(house: House) -> None:
    await house.read()
    house.open["b"] = 6

    assert await house.read(after=timedelta(seconds=15)) == {"a": 3, "b": 6}


async def test_what_changes_while_it_is_counted_is_not_remembered(house: House) -> None:
    await house.read(meanwhile="b")

    await house.read()

    assert house.counted == ["a", "b", "b"]


async def test_what_time_changes_is_counted_anew_from_then_on(house: House) -> None:
    until = timedelta(seconds=5)
    await house.read(until=until)
    await house.read(after=until - timedelta(microseconds=1))
    before = list(house.counted)

    await house.read(after=until)

    assert before == ["a", "b"]
    assert house.counted == ["a", "b", "a", "b"]


async def test_a_count_of_later_is_none_of_before(house: House) -> None:
    await house.read(after=timedelta(seconds=1))

    await house.read()

    assert house.counted == ["a", "b", "a", "b"]


async def test_sites_are_remembered_whoever_asked_for_them(house: House) -> None:
    await house.read(frozenset("a"))
    await house.read(None)

    assert await house.read() == {"a": 3, "b": 5}
    assert await house.read(frozenset("b")) == {"b": 5}
    assert house.counted == ["a", "b"]


async def test_a_count_that_fails_leaves_nothing_behind(house: House) -> None:
    async def fail(known: Collection[str]) -> Mapping[str, SiteCounts]:
        raise OSError("gone")

    with pytest.raises(OSError, match="gone"):
        await house.counts.read(AB, now=NOW, load=fail)

    house.topics.told([topic_of_queue("a")])
    assert await house.read() == {"a": 3, "b": 5}


def test_the_first_of_several_sites_is_the_earliest() -> None:
    early, late = (Count(tickets=2, first_at=NOW + timedelta(hours=n)) for n in (1, 2))

    assert add_up([counts(1, late), counts(2), counts(4, early)]) == counts(
        7, Count(tickets=4, first_at=early.first_at)
    )
    assert add_up([]) == counts(0)
