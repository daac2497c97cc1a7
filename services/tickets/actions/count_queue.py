"""How many tickets stand in the desk's queue: of several sites, what was counted at each stands
until something changes there.
"""

from collections import OrderedDict
from collections.abc import Awaitable, Callable, Collection, Mapping
from datetime import datetime, timedelta

from services.tickets.actions.recording import QUEUE_TOPIC
from services.tickets.domain.queue_line import QueueCounts, add_up
from services.tickets.store.queue_counts import SiteCounts, count_sites
from shared.db.transaction import Transaction
from shared.live_topics import LiveTopics

_MAX_REMEMBERED = 10_000
_REMEMBERED_FOR = timedelta(seconds=15)
"""News from another instance may be lost on the way."""

Load = Callable[[Collection[str]], Awaitable[Mapping[str, SiteCounts]]]
"""Counts at all sites that are asked for but these."""


class CountsBySite:
    """What was counted at each site, until there is news of it, or time alone changes a number, or
    for 15 s.
    """

    def __init__(self, live_topics: LiveTopics) -> None:
        self._sites: OrderedDict[str, SiteCounts] = OrderedDict()
        self._loads: list[set[str]] = []
        live_topics.call_when_told(self._told)

    async def read(
        self, sites: frozenset[str] | None, *, now: datetime, load: Load
    ) -> Mapping[str, SiteCounts]:
        """Return the counts of these sites (None: of all there are): those that are remembered, and
        the others as they are loaded.
        """
        asked = self._sites.keys() if sites is None else self._sites.keys() & sites
        known = {site: self._sites[site] for site in asked if _stands(self._sites[site], now)}
        if sites is not None and known.keys() >= sites:
            return known
        changed = set[str]()  # what is counted meanwhile may be of before
        self._loads.append(changed)
        try:
            found = await load(known.keys())
        finally:
            self._loads.remove(changed)
        for site in found.keys() - changed:
            self._remember(site, found[site])
        return {**known, **found}

    def _remember(self, site: str, counts: SiteCounts) -> None:
        self._sites[site] = counts
        self._sites.move_to_end(site)
        if len(self._sites) > _MAX_REMEMBERED:
            self._sites.popitem(last=False)

    def _told(self, topic: str) -> None:
        if topic.startswith(QUEUE_TOPIC):
            site = topic.removeprefix(QUEUE_TOPIC)
            self._sites.pop(site, None)
            for changed in self._loads:
                changed.add(site)


def _stands(counts: SiteCounts, now: datetime) -> bool:
    return counts.holds(now) and now - counts.at < _REMEMBERED_FOR


async def count_queue(
    tx: Transaction, sites: frozenset[str] | None, *, remembered: CountsBySite
) -> QueueCounts:
    """Return how many tickets stand in the queue at these sites (None: at all there are). Those of
    one site are counted each time: they are few.
    """
    if sites is not None and len(sites) <= 1:
        return await count_anew(tx, sites)

    async def load(known: Collection[str]) -> Mapping[str, SiteCounts]:
        return await count_sites(tx, sites, excluding=known)

    found = await remembered.read(sites, now=tx.now, load=load)
    return add_up(each.counts for each in found.values())


async def count_anew(tx: Transaction, sites: frozenset[str]) -> QueueCounts:
    """Return how many tickets stand in the queue at these sites, of which nothing is remembered."""
    found = await count_sites(tx, sites, excluding=())
    return add_up(each.counts for each in found.values())
