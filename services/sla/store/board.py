"""What a site's board shows, each list by one index and the most urgent first."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from pydantic import TypeAdapter
from sqlalchemy import text

from services.sla.domain.board import ClockOnBoard, TicketOnBoard
from shared.db.transaction import Transaction

_TICKETS = TypeAdapter(list[TicketOnBoard])
_CLOCKS = TypeAdapter(list[ClockOnBoard])


async def find_open(tx: Transaction, site_id: str, *, limit: int) -> Sequence[TicketOnBoard]:
    """Return tickets that are not resolved, by the due time of what they wait for."""
    rows = await tx.rows(_OPEN, site_id=site_id, limit=limit)
    return _TICKETS.validate_python([dict(row) for row in rows])


async def find_at_risk(
    tx: Transaction, site_id: str, *, since: datetime, until: datetime, limit: int
) -> Sequence[ClockOnBoard]:
    """Return running clocks that fall due between."""
    rows = await tx.rows(_AT_RISK, site_id=site_id, since=since, until=until, limit=limit)
    return _CLOCKS.validate_python([dict(row) for row in rows])


async def find_breached(tx: Transaction, site_id: str, *, limit: int) -> Sequence[ClockOnBoard]:
    """Return broken promises that are still waited for."""
    rows = await tx.rows(_BREACHED, site_id=site_id, limit=limit)
    return _CLOCKS.validate_python([dict(row) for row in rows])


async def count_at_risk(
    tx: Transaction, *, since: datetime, until: datetime
) -> Mapping[tuple[str, str], int]:
    """Return how many clocks fall due between, by (kind, priority): as many index entries are read
    as there are such clocks.
    """
    rows = await tx.rows(_COUNT_AT_RISK, since=since, until=until)
    return {(row["kind"], row["priority"]): row["n"] for row in rows}


async def count_at_risk_at(
    tx: Transaction, site_id: str, *, since: datetime, until: datetime
) -> int:
    row = await tx.row(_COUNT_AT_RISK_AT, site_id=site_id, since=since, until=until)
    return 0 if row is None else int(row["n"])


async def count_listeners(tx: Transaction, site_id: str) -> int | None:
    """Return how many hear of the site or of every site; None while that was not told."""
    told = {row["id"]: row["listeners"] for row in await tx.rows(_LISTENERS, site_id=site_id)}
    count = sum(told.values())
    return count if count or site_id in told else None


_LISTENERS = text("""
    select id, coalesce(cast(body ->> 'listeners' as integer), 0) as listeners from snapshots
    where entity = 'notify.audience' and id in (:site_id, '*') and body is not null""")
_OPEN = text("""
    select ticket_id, reference, category, priority, ticket_state, urgent_at as due_at from promises
    where is_open and site_id = :site_id order by urgent_at nulls last, ticket_id limit :limit""")
_AT_RISK = text("""
    select c.ticket_id, p.reference, p.category, p.priority, p.ticket_state, c.kind, c.due_at
    from clocks c join promises p using (ticket_id)
    where c.site_id = :site_id and c.state = 'running' and c.due_at between :since and :until
    order by c.due_at, c.ticket_id limit :limit""")
_BREACHED = text("""
    select c.ticket_id, p.reference, p.category, p.priority, p.ticket_state, c.kind, c.due_at
    from clocks c join promises p using (ticket_id)
    where c.site_id = :site_id and c.state = 'breached' order by c.due_at, c.ticket_id
      limit :limit""")
_COUNT_AT_RISK = text("""
    select priority, kind, count(*) as n from clocks where state = 'running'
      and due_at between :since and :until group by 1, 2""")
_COUNT_AT_RISK_AT = text("""
    select count(*) as n from clocks where site_id = :site_id and state = 'running'
      and due_at between :since and :until""")
