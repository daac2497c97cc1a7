"""How many tickets stand in the desk's queue, site by site."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import TextClause, text

from services.tickets.domain.queue_line import AT_RISK, Count, QueueCounts
from services.tickets.store.listing import places
from shared.contracts.tickets import TicketState
from shared.db.transaction import Transaction

_GOING_ON = ", ".join(
    f"'{state}'" for state in (TicketState.OPEN, TicketState.ASSIGNED, TicketState.IN_PROGRESS)
)


@dataclass(frozen=True, kw_only=True)
class SiteCounts:
    """What stands in a site's queue at `at`, and before `until`, when the next promise falls due or
    becomes at risk (None: none does), unless something changes.
    """

    counts: QueueCounts
    at: datetime
    until: datetime | None

    def holds(self, now: datetime) -> bool:
        """Return whether time alone has changed none of the numbers."""
        return self.at <= now and (self.until is None or now < self.until)


async def count_sites(
    tx: Transaction, sites: frozenset[str] | None, *, excluding: Collection[str]
) -> Mapping[str, SiteCounts]:
    """Return how many tickets stand in the queue of each of these sites (None: all there are) but
    the excluded ones.
    """
    statement, given = counting(sites, now=tx.now, excluding=excluding)
    rows = await tx.search(statement, **given)
    return {row["site_id"]: _counts(row, at=tx.now) for row in rows}


def counting(
    sites: frozenset[str] | None, *, now: datetime, excluding: Collection[str] = ()
) -> tuple[TextClause, Mapping[str, Any]]:
    """Return the statement and its parameters. Each number is counted site by site in an index that
    has no others.
    """
    soon = now + AT_RISK
    given: dict[str, Any] = {"now": now, "soon": soon, "excluding": sorted(excluding)}
    if sites is not None:
        given["staff_sites"] = sorted(sites)
    dues = "from ticket_dues d where d.site_id = s.site_id and"
    return text(f"""
        select s.site_id, going.n + held.n as open, held.n as on_hold,
          risk.n as at_risk, risk.first as at_risk_first,
          late.n as breached, late.first as breached_first,
          stuck.n as unassignable, stuck.first as unassignable_first,
          said.n as unheard, said.first as unheard_first, later.first as later_first
        from {places(everywhere=sites is None)}
        cross join lateral (select count(*) as n from tickets t
          where t.site_id = s.site_id and t.state in ({_GOING_ON})) as going
        cross join lateral (select count(*) as n from tickets t
          where t.site_id = s.site_id and t.state = 'on_hold') as held
        cross join lateral (select count(*) as n, min(d.due_at) as first
          {dues} d.due_at > :now and d.due_at < :soon) as risk
        cross join lateral (select count(*) as n, min(d.due_at) as first
          {dues} d.due_at <= :now) as late
        cross join lateral (select min(d.due_at) as first {dues} d.due_at >= :soon) as later
        cross join lateral (select count(*) as n, min(d.unassignable_at) as first
          {dues} d.unassignable_at is not null) as stuck
        cross join lateral (select count(*) as n, min(t.unheard_since) as first from tickets t
          where t.site_id = s.site_id and t.unheard_since is not null) as said
        where s.site_id <> all(cast(:excluding as text[]))"""), given


def _counts(row: Mapping[str, Any], *, at: datetime) -> SiteCounts:
    names = ("at_risk", "breached", "unassignable", "unheard")
    counted = {name: Count(tickets=row[name], first_at=row[f"{name}_first"]) for name in names}
    later = row["later_first"]
    changes = [row["at_risk_first"], None if later is None else later - AT_RISK]
    return SiteCounts(
        counts=QueueCounts(open=row["open"], on_hold=row["on_hold"], **counted),
        at=at,
        until=min((each for each in changes if each is not None), default=None),
    )
