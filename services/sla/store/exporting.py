"""Clocks as rows of a table, in the order of their tickets' ids."""

from collections.abc import Sequence
from uuid import UUID

from pydantic import TypeAdapter
from sqlalchemy import text

from services.sla.domain.exported import ClockLine
from shared.db.transaction import Transaction
from shared.ids import CLOCKS_DIFFER, id_at
from shared.sheets.writing import Selection

_LINES = TypeAdapter(list[ClockLine])
_FIRST, _LAST = UUID(int=0), UUID(int=(1 << 128) - 1)

# So many tickets are looked at, whichever their site: no page takes long, however few are wanted.
# Where it ended is said with each row, or alone.
_PAGE = text("""
    with looked_at as materialized (
        select ticket_id, site_id, reference, category, priority, ticket_state, policy_id,
          policy_version, cast(life -> 'ticket' ->> 'opened_at' as timestamptz) as opened_at,
          clocks, imported
        from promises where ticket_id > :after and ticket_id < :below
        order by ticket_id limit :limit),
    ends as (
        select ticket_id as last, (select count(*) from looked_at) as looked_at
        from looked_at order by ticket_id desc limit 1)
    select ends.*, found.* from ends left join (
        select l.ticket_id, reference, l.site_id, category, priority, ticket_state, opened_at,
          policy_id, policy_version, c.kind, c.state, c.started_at, c.due_at, c.stopped_at,
          c.breached_at, imported
        from looked_at l cross join lateral json_to_recordset(l.clocks) as c(kind text, state text,
          started_at timestamptz, due_at timestamptz, stopped_at timestamptz,
          breached_at timestamptz)
        where (cast(:sites as text[]) is null or l.site_id = any(cast(:sites as text[])))
          and (cast(:since as timestamptz) is null or opened_at >= :since)
          and (cast(:until as timestamptz) is null or opened_at < :until)) as found on true
    order by found.ticket_id, found.kind""")


async def find_lines(
    tx: Transaction, wanted: Selection, *, after: UUID | None, limit: int
) -> tuple[Sequence[ClockLine], UUID | None]:
    """Return the clocks that are wanted of `limit` tickets behind that id, and where the next
    begin; None where there are no more. `since` and `until` are about when a ticket was opened.
    """
    since, until = wanted.since, wanted.until
    rows = await tx.search(
        _PAGE,
        sites=None if wanted.sites is None else sorted(wanted.sites),
        since=since,
        until=until,
        after=after or (_FIRST if since is None else id_at(since, -CLOCKS_DIFFER)),
        below=_LAST if until is None else id_at(until, CLOCKS_DIFFER),
        limit=limit,
    )
    if not rows:
        return (), None
    found = _LINES.validate_python([row for row in rows if row["ticket_id"] is not None])
    return found, rows[0]["last"] if rows[0]["looked_at"] == limit else None
