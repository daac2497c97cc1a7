"""Jobs as rows of a table, site by site in the order in which they were made."""

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import NamedTuple
from uuid import UUID

from pydantic import TypeAdapter
from sqlalchemy import text

from services.dispatch.domain.exported import JobLine
from services.dispatch.store.tables import MADE_AT
from shared.db.transaction import Transaction

_LINES = TypeAdapter(list[JobLine])
_FIRST = UUID(int=0)
_LAST_SECOND_S = datetime(9999, 12, 31, 23, 59, 59, tzinfo=UTC).timestamp()

# So many jobs are looked at, by the second in which they were made: no page takes long, however few
# of a long history are wanted. Where it ended is said with each row, or alone. The offer of a job
# that was grabbed was born accepted.
_PAGE = text(f"""
    with looked_at as materialized (
        select id, work_order_id, site_id, cycle, number, state, technician_id, reason, steps,
          cast(steps -> 0 ->> 'at' as timestamptz) as created_at, planned_arrival, due_at, report,
          {MADE_AT} as made
        from jobs where site_id = :site_id and {MADE_AT} >= :after_second
          and ({MADE_AT}, id) > (:after_second, :after_id) and {MADE_AT} <= :last_second
        order by {MADE_AT}, id limit :limit),
    ends as (
        select made as last_second, id as last_id,
          (select count(*) from looked_at) as looked_at
        from looked_at order by made desc, id desc limit 1)
    select ends.*, found.* from ends left join (
        select made, j.id, j.work_order_id as ticket_id, j.site_id, j.cycle, j.number, j.state,
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
    order by found.made, found.id""")
_NEXT_SITE = text(
    "select site_id from jobs where site_id > :after order by site_id, work_order_id limit 1"
)


class ExportPlace(NamedTuple):
    """How far an export has come: in a site, the last job with the second in which it was made."""

    site_id: str
    second: str = ""
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
    first = ExportPlace(after.site_id, "" if since is None else _second_of(since))
    begin = max(after, first)
    rows = await tx.search(
        _PAGE,
        site_id=begin.site_id,
        since=since,
        until=until,
        after_second=begin.second,
        after_id=begin.id,
        last_second=_second_of(datetime.max.replace(tzinfo=UTC) if until is None else until),
        limit=limit,
    )
    if not rows:
        return (), None
    end = rows[0]
    last = ExportPlace(after.site_id, end["last_second"], end["last_id"])
    found = _LINES.validate_python([row for row in rows if row["id"] is not None])
    return found, last if end["looked_at"] == limit else None


def _second_of(at: datetime) -> str:
    """Return the second of that moment as `MADE_AT` has it; beyond those that it can have, the
    first or the last of these.
    """
    seconds = min(max(at.timestamp(), 0), _LAST_SECOND_S)
    return datetime.fromtimestamp(seconds, UTC).isoformat(timespec="seconds").removesuffix("+00:00")


async def find_site_after(tx: Transaction, site_id: str) -> str | None:
    """Return the site with jobs behind that one, by id."""
    row = await tx.row(_NEXT_SITE, after=site_id)
    return None if row is None else row["site_id"]
