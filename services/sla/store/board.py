"""What a site's board shows, each list by one index and the most urgent first."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import text

from shared.db.transaction import Transaction

Rows = Sequence[Mapping[str, Any]]


async def find_open(tx: Transaction, site_id: str, *, limit: int) -> Rows:
    """Tickets that are not resolved, by the due time of what they wait for."""
    return await tx.rows(_OPEN, site_id=site_id, limit=limit)


async def find_at_risk(
    tx: Transaction, site_id: str, *, since: datetime, until: datetime, limit: int
) -> Rows:
    """Running clocks that fall due between."""
    return await tx.rows(_AT_RISK, site_id=site_id, since=since, until=until, limit=limit)


async def find_breached(tx: Transaction, site_id: str, *, limit: int) -> Rows:
    """Broken promises that are still waited for."""
    return await tx.rows(_BREACHED, site_id=site_id, limit=limit)


async def count_at_risk(tx: Transaction, *, since: datetime, until: datetime) -> Rows:
    """How many clocks fall due between, by priority and kind: as many index entries are read as
    there are such clocks.
    """
    return await tx.rows(_COUNT_AT_RISK, since=since, until=until)


async def count_at_risk_at(
    tx: Transaction, site_id: str, *, since: datetime, until: datetime
) -> int:
    row = await tx.row(_COUNT_AT_RISK_AT, site_id=site_id, since=since, until=until)
    return 0 if row is None else int(row["n"])


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
