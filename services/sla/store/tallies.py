"""Figures that are kept along with what they count, so that nobody has to count it. Rows are taken in one order by everybody, and last
of all in a transaction: they are the hot ones.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from itertools import accumulate
from typing import NamedTuple

from sqlalchemy import text

from shared.db.transaction import Transaction

RUN_UPTO_S = (5, 15, 60, 300, 900, 1800, 3600, 7200, 14_400, 28_800, 86_400, 172_800, 432_000)
"""The buckets of the histograms, in seconds."""


class Tally(NamedTuple):
    """`kind` is a kind of clock, or `ticket`."""

    site_id: str
    priority: str
    kind: str
    state: str


class Ran(NamedTuple):
    """A clock that was stopped, after so many seconds."""

    site_id: str
    priority: str
    kind: str
    seconds: float


class Histogram(NamedTuple):
    """How many clocks ran at most as long as each of `RUN_UPTO_S`, how many in all, and how long together."""

    site_id: str
    priority: str
    kind: str
    upto: Sequence[int]
    n: int
    seconds: float


async def keep_tallies(tx: Transaction, changes: Counter[Tally]) -> None:
    """Adds what there is more of now, and takes off what there is less of."""
    moved = sorted((tally, n) for tally, n in changes.items() if n)
    if moved:
        await tx.execute(_KEEP_TALLIES, **_columns([tally for tally, _ in moved]), ns=[n for _, n in moved])


async def count_more(tx: Transaction, events: Counter[Tally], ran: Iterable[Ran]) -> None:
    """Adds to what only grows; the `state` of an event is its name in the plural."""
    seconds: defaultdict[Tally, float] = defaultdict(float)
    counts = Counter(events)
    for clock in ran:
        key = Tally(clock.site_id, clock.priority, clock.kind, _bucket(clock.seconds))
        counts[key] += 1
        seconds[key] += clock.seconds
    keys = sorted(counts)
    if keys:
        await tx.execute(_COUNT_MORE, **_columns(keys), ns=[counts[key] for key in keys], seconds=[seconds[key] for key in keys])


async def load_tallies(tx: Transaction) -> list[tuple[Tally, int]]:
    return [(Tally(row["site_id"], row["priority"], row["kind"], row["state"]), row["n"]) for row in await tx.rows(_TALLIES)]


async def load_site_tallies(tx: Transaction, site_id: str) -> list[tuple[Tally, int]]:
    rows = await tx.rows(_TALLIES_AT_SITE, site_id=site_id)
    return [(Tally(row["site_id"], row["priority"], row["kind"], row["state"]), row["n"]) for row in rows]


async def load_counts(tx: Transaction) -> tuple[list[tuple[Tally, int]], list[Histogram]]:
    """What only grows: events, and how long clocks ran."""
    counted: list[tuple[Tally, int]] = []
    ran: defaultdict[tuple[str, str, str], dict[str, tuple[int, float]]] = defaultdict(dict)
    for row in await tx.rows(_COUNTS):
        if row["counted"].startswith("le:"):
            ran[row["site_id"], row["priority"], row["kind"]][row["counted"]] = (row["n"], row["seconds"])
        else:
            counted.append((Tally(row["site_id"], row["priority"], row["kind"], row["counted"]), row["n"]))
    return counted, [_histogram(key, buckets) for key, buckets in ran.items()]


def _histogram(key: tuple[str, str, str], buckets: dict[str, tuple[int, float]]) -> Histogram:
    each = [buckets.get(f"le:{upto}", (0, 0.0))[0] for upto in RUN_UPTO_S]
    return Histogram(*key, list(accumulate(each)), sum(n for n, _ in buckets.values()), sum(s for _, s in buckets.values()))


def _bucket(seconds: float) -> str:
    return f"le:{next((upto for upto in RUN_UPTO_S if seconds <= upto), 'inf')}"


def _columns(tallies: Sequence[Tally]) -> dict[str, list[str]]:
    return {name: [tally[n] for tally in tallies] for n, name in enumerate(("sites", "priorities", "kinds", "states"))}


_KEEP_TALLIES = text("""
    insert into tallies as t (site_id, priority, kind, state, n)
    select * from unnest(cast(:sites as text[]), cast(:priorities as text[]), cast(:kinds as text[]), cast(:states as text[]),
                         cast(:ns as bigint[])) as moved(site_id, priority, kind, state, n) order by 1, 2, 3, 4
    on conflict (site_id, priority, kind, state) do update set n = t.n + excluded.n""")
_COUNT_MORE = text("""
    insert into counts as c (site_id, priority, kind, counted, n, seconds)
    select * from unnest(cast(:sites as text[]), cast(:priorities as text[]), cast(:kinds as text[]), cast(:states as text[]),
                         cast(:ns as bigint[]), cast(:seconds as float8[])) as more(site_id, priority, kind, counted, n, seconds)
    order by 1, 2, 3, 4
    on conflict (site_id, priority, kind, counted) do update set n = c.n + excluded.n, seconds = c.seconds + excluded.seconds""")
_TALLIES = text("select site_id, priority, kind, state, n from tallies where n <> 0 order by 1, 2, 3, 4")
_TALLIES_AT_SITE = text("select site_id, priority, kind, state, n from tallies where site_id = :site_id and n <> 0 order by 1, 2, 3, 4")
_COUNTS = text("select site_id, priority, kind, counted, n, seconds from counts order by 1, 2, 3, 4")
