"""Figures that are kept along with what they count, so that nobody has to count it. Rows are taken in one order by everybody, and last
of all in a transaction: they are the hot ones.
"""

from collections import Counter, defaultdict
from collections.abc import Sequence
from itertools import accumulate
from typing import NamedTuple

from sqlalchemy import text

from shared.contracts.sla import ClockState
from shared.contracts.tickets import TicketState
from shared.db.transaction import Transaction

RUN_UPTO_S = (5, 15, 60, 300, 900, 1800, 3600, 7200, 14_400, 28_800, 86_400, 172_800, 432_000)
"""The buckets of the histograms, in seconds."""
BREACHES, WARNINGS = "breaches", "warnings"

_LONGER = "le:inf"
_STATES = frozenset({*TicketState, *ClockState})


class Figure(NamedTuple):
    """What is counted. `kind` is a kind of clock, or `ticket`; `counted` is a state, `BREACHES`, `WARNINGS`, or a bucket of how long."""

    site_id: str
    priority: str
    kind: str
    counted: str


class Histogram(NamedTuple):
    """How many clocks ran at most as long as each of `RUN_UPTO_S`, how many in all, and how long together."""

    site_id: str
    priority: str
    kind: str
    upto: Sequence[int]
    n: int
    seconds: float


class Figures(NamedTuple):
    """How many there are in each state now, how much was announced so far, and how long clocks ran."""

    now: list[tuple[Figure, int]]
    announced: list[tuple[Figure, int]]
    ran: list[Histogram]


class Changes:
    """What a transaction changes in the figures, written at its end with one statement."""

    def __init__(self) -> None:
        self._n: Counter[Figure] = Counter()
        self._seconds: defaultdict[Figure, float] = defaultdict(float)

    def add(self, figure: Figure, n: int = 1) -> None:
        """So many more; fewer, where `n` is negative."""
        self._n[figure] += n

    def add_ran(self, site_id: str, priority: str, kind: str, seconds: float) -> None:
        """A clock was stopped, after so many seconds."""
        figure = Figure(site_id, priority, kind, _bucket(seconds))
        self._n[figure] += 1
        self._seconds[figure] += seconds

    async def write(self, tx: Transaction) -> None:
        moved = sorted(figure for figure, n in self._n.items() if n)
        if moved:
            columns = {name: [figure[n] for figure in moved] for n, name in enumerate(("sites", "priorities", "kinds", "counted"))}
            seconds = [self._seconds.get(figure, 0.0) for figure in moved]
            await tx.execute(_CHANGE, **columns, ns=[self._n[figure] for figure in moved], seconds=seconds)


async def load_figures(tx: Transaction) -> Figures:
    """Those of every site."""
    found = Figures([], [], [])
    ran: defaultdict[tuple[str, str, str], dict[str, tuple[int, float]]] = defaultdict(dict)
    for row in await tx.rows(_LOAD):
        figure, n = Figure(row["site_id"], row["priority"], row["kind"], row["counted"]), row["n"]
        if figure.counted in _STATES:
            found.now.append((figure, n))
        elif figure.counted.startswith("le:"):
            ran[figure[:3]][figure.counted] = (n, row["seconds"])
        else:
            found.announced.append((figure, n))
    found.ran.extend(_histogram(key, buckets) for key, buckets in ran.items())
    return found


async def count_states_at(tx: Transaction, site_id: str) -> Counter[tuple[str, str]]:
    """At one site, how many of each kind are in each state: `{("ticket", "open"): 3, ("arrival", "breached"): 1}`."""
    found: Counter[tuple[str, str]] = Counter()
    for row in await tx.rows(_LOAD_AT, site_id=site_id):
        if row["counted"] in _STATES:
            found[row["kind"], row["counted"]] += row["n"]
    return found


def _histogram(key: tuple[str, str, str], buckets: dict[str, tuple[int, float]]) -> Histogram:
    each = [buckets.get(f"le:{upto}", (0, 0.0))[0] for upto in RUN_UPTO_S]
    return Histogram(*key, list(accumulate(each)), sum(n for n, _ in buckets.values()), sum(s for _, s in buckets.values()))


def _bucket(seconds: float) -> str:
    return next((f"le:{upto}" for upto in RUN_UPTO_S if seconds <= upto), _LONGER)


_CHANGE = text("""
    insert into figures as f (site_id, priority, kind, counted, n, seconds)
    select * from unnest(cast(:sites as text[]), cast(:priorities as text[]), cast(:kinds as text[]), cast(:counted as text[]),
                         cast(:ns as bigint[]), cast(:seconds as float8[])) as more(site_id, priority, kind, counted, n, seconds)
    order by 1, 2, 3, 4
    on conflict (site_id, priority, kind, counted) do update set n = f.n + excluded.n, seconds = f.seconds + excluded.seconds""")
_LOAD = text("select * from figures where n <> 0 order by 1, 2, 3, 4")
_LOAD_AT = text("select kind, counted, n from figures where site_id = :site_id and n <> 0")
