"""Jobs as rows of a table, site by site in the order of their tickets' ids."""

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from pydantic import TypeAdapter
from sqlalchemy import text

from services.dispatch.domain.exported import JobLine
from shared.db.transaction import Transaction
from shared.ids import CLOCKS_DIFFER, id_at

_LINES = TypeAdapter(list[JobLine])
_FIRST, _LAST = UUID(int=0), UUID(int=(1 << 128) - 1)

# So many jobs are looked at: no page takes long, however few of a long history are wanted. Where it
# ended is said with each row, or alone. The offer of a job that was grabbed was born accepted.
_PAGE = text("""
    with looked_at as materialized (
        select id, work_order_id, site_id, cycle, number, state, technician_id, reason, steps,
          cast(steps -> 0 ->> 'at' as timestamptz) as created_at, planned_arrival, due_at, report
        from jobs where site_id = :site_id and work_order_id >= :after_order
          and (work_order_id, id) > (:after_order, :after_id) and work_order_id < :below
        order by work_order_id, id limit :limit),
    ends as (
        select work_order_id as last_order, id as last_id,
          (select count(*) from looked_at) as looked_at
        from looked_at order by work_order_id desc, id desc limit 1)
    select ends.*, found.* from ends left join (
        select j.id, j.work_order_id as ticket_id, j.site_id, j.cycle, j.number, j.state,
          technician_id, category, need ->> 'priority' as priority, j.reason, created_at,
          planned_arrival, nullif(due_at, 'infinity') as due_at,
          (select max(cast(step ->> 'at' as timestamptz)) from json_array_elements(steps) as step
            where step ->> 'state' = 'accepted') as accepted_at,
          (select max(cast(step ->> 'at' as timestamptz)) from json_array_elements(steps) as step
            where step ->> 'state' = 'on_site') as arrived_at,
          case when j.state in ('completed', 'follow_up')
            then cast(steps -> -1 ->> 'at' as timestamptz) end as completed_at,
          cast(report ->> 'minutes' as integer) as minutes, report ->> 'note' as note,
          (select cast(step -> 'said' ->> 'at' as timestamptz)
            from json_array_elements(steps) with ordinality as s(step, n)
            where step ->> 'state' = 'on_site' order by n desc limit 1) as arrived_said_at,
          case when j.state in ('completed', 'follow_up')
            then cast(steps -> -1 -> 'said' ->> 'at' as timestamptz) end as completed_said_at,
          (select case when assigned_by is not null then 'manual'
              when decided_at = offered_at then 'pool' else 'plan' end
            from offers where job_id = j.id and state = 'accepted' order by id desc limit 1) as mode
        from looked_at j cross join lateral (
            select category, need from work_orders where id = j.work_order_id offset 0) as w
        where (cast(:since as timestamptz) is null or created_at >= :since)
          and (cast(:until as timestamptz) is null or created_at < :until)) as found on true
    order by found.ticket_id, found.id""")
_NEXT_SITE = text(
    "select site_id from jobs where site_id > :after order by site_id, work_order_id limit 1"
)


class ExportPlace(NamedTuple):
    """How far an export has come: in a site, the last job with its ticket."""

    site_id: str
    ticket_id: UUID = _FIRST
    id: UUID = _FIRST


async def find_lines(
    tx: Transaction,
    *,
    since: datetime | None,
    until: datetime | None,
    after: ExportPlace,
    limit: int,
) -> tuple[Sequence[JobLine], ExportPlace | None]:
    """Return, of the site's `limit` jobs behind that place, those that were made from `since` until
    before `until`, and where the next begin; None where the site has no more.
    """
    rows = await tx.rows(
        _PAGE,
        site_id=after.site_id,
        since=since,
        until=until,
        after_order=after.ticket_id,
        after_id=after.id,
        below=_LAST if until is None else id_at(until, CLOCKS_DIFFER),
        limit=limit,
    )
    if not rows:
        return (), None
    end = rows[0]
    last = ExportPlace(after.site_id, end["last_order"], end["last_id"])
    found = _LINES.validate_python([row for row in rows if row["id"] is not None])
    return found, last if end["looked_at"] == limit else None


async def find_site_after(tx: Transaction, site_id: str) -> str | None:
    """Return the site with jobs behind that one, by id."""
    row = await tx.row(_NEXT_SITE, after=site_id)
    return None if row is None else row["site_id"]
