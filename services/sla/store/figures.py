"""The figures as they are stored. Every
transaction takes the rows in the same order, and last of all: they are the hot ones.
"""

from collections import Counter

from sqlalchemy import text

from services.sla.domain.figures import Figures
from shared.contracts.sla import ClockState
from shared.contracts.tickets import TicketState
from shared.db.transaction import Transaction

_STATES = frozenset({*TicketState, *ClockState})


async def change_figures(tx: Transaction, figures: Figures) -> None:
    """Add what a transaction changes in the figures, with one statement."""
    moved = sorted(figure for figure, n in figures.items() if n)
    if moved:
        columns = {
            name: [figure[n] for figure in moved]
            for n, name in enumerate(("sites", "priorities", "kinds", "counted"))
        }
        await tx.execute(_CHANGE, **columns, ns=[figures[figure] for figure in moved])


async def sum_figures(tx: Transaction) -> Counter[tuple[str, str, str]]:
    """Return the figures of all sites together, by (priority, kind, counted)."""
    return Counter(
        {(row["priority"], row["kind"], row["counted"]): row["n"] for row in await tx.rows(_SUM)}
    )


async def count_breaches_by_site(tx: Transaction, *, limit: int) -> list[tuple[str, int]]:
    """Return (site, how many promises were broken there so far) of the sites with the most."""
    row = await tx.row(_BREACHES_BY_SITE, limit=limit)
    return [] if row is None else list(zip(row["sites"], row["ns"], strict=True))


async def count_states_at(tx: Transaction, site_id: str) -> Counter[tuple[str, str]]:
    """Return how many of each kind are in each state at one site: `{("ticket", "open"): 3,
    ("arrival", "breached"): 1}`.
    """
    found: Counter[tuple[str, str]] = Counter()
    for row in await tx.rows(_LOAD_AT, site_id=site_id):
        if row["counted"] in _STATES:
            found[row["kind"], row["counted"]] += row["n"]
    return found


# Under a lock, for an update takes the rows in any order; `on conflict` would take them in theirs,
# and lock each before it is written, which is logged: fourteen times a ticket.
_CHANGE = text("""
    with alone as materialized (
        select pg_advisory_xact_lock(hashtextextended('figures:all', 0))),
    more as materialized (
        select more.* from alone, unnest(cast(:sites as text[]), cast(:priorities as text[]),
          cast(:kinds as text[]), cast(:counted as text[]), cast(:ns as bigint[]))
          as more(site_id, priority, kind, counted, n)
        order by 1, 2, 3, 4),
    moved as (
        update figures f set n = f.n + more.n from more
        where (f.site_id, f.priority, f.kind, f.counted) =
          (more.site_id, more.priority, more.kind, more.counted))
    insert into figures as f (site_id, priority, kind, counted, n)
    select * from more where not exists (
      select from figures k where (k.site_id, k.priority, k.kind, k.counted) =
        (more.site_id, more.priority, more.kind, more.counted))
    on conflict (site_id, priority, kind, counted) do update set n = f.n + excluded.n""")
_SUM = text(
    "select priority, kind, counted, cast(sum(n) as bigint) as n from figures group by 1, 2, 3"
)
# Two arrays: a thousand rows would cost the event loop a millisecond more.
_BREACHES_BY_SITE = text("""
    select coalesce(array_agg(site_id), '{}') as sites, coalesce(array_agg(n), '{}') as ns from (
        select site_id, cast(sum(n) as bigint) as n from figures where counted = 'breaches'
        group by site_id order by n desc, site_id limit :limit) most""")
_LOAD_AT = text("select kind, counted, n from figures where site_id = :site_id and n <> 0")
