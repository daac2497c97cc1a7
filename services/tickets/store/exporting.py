"""Tickets as rows of a table, site by site in the order of their ids."""

from collections.abc import Sequence
from uuid import UUID

from pydantic import TypeAdapter
from sqlalchemy import text

from services.tickets.domain.exported import TicketLine
from shared.db.transaction import Transaction
from shared.ids import CLOCKS_DIFFER, id_at
from shared.sheets.writing import Selection

_LINES = TypeAdapter(list[TicketLine])
FIRST, _LAST = UUID(int=0), UUID(int=(1 << 128) - 1)

_PAGE = text("""
    select t.id, reference, t.site_id, state, cycle, category, priority, title, description,
      place ->> 'building' as building, place ->> 'entrance' as entrance, place ->> 'unit' as unit,
      place ->> 'spot' as spot, place ->> 'address' as address, lat, lon, reporter_id, entered_by,
      channel, language, needs_info, hold, duplicate_of, opened_at, answered_at,
      (select max(cast(step ->> 'at' as timestamptz)) from json_array_elements(steps) as step
        where step ->> 'state' = 'resolved') as resolved_at,
      case when state in ('closed', 'cancelled')
        then cast(steps -> -1 ->> 'at' as timestamptz) end as ended_at,
      (select d.due_at from ticket_dues d where d.ticket_id = t.id) as next_due_at, updated_at,
      cast(ratings -> -1 ->> 'speed' as integer) as rated_speed,
      cast(ratings -> -1 ->> 'quality' as integer) as rated_quality,
      cast(ratings -> -1 ->> 'manner' as integer) as rated_manner, nature, road, external_id,
      json_array_length(attachments) as attachments
    from tickets t where t.site_id = :site_id and t.id > :after and t.id < :below
      and (cast(:since as timestamptz) is null or opened_at >= :since)
      and (cast(:until as timestamptz) is null or opened_at < :until)
    order by t.id limit :limit""")
# Those where nothing is wanted are passed over here: a page for each would take longest of all. So
# times count as well: within what clocks may differ, ids are of others too.
_NEXT_SITE = text("""
    select s.id from sites s cross join lateral (
        select from tickets t where t.site_id = s.id and t.id > :first and t.id < :below
          and (cast(:since as timestamptz) is null or opened_at >= :since)
          and (cast(:until as timestamptz) is null or opened_at < :until) limit 1) t
    where s.id > :after and (cast(:sites as text[]) is null or s.id = any(cast(:sites as text[])))
    order by s.id limit 1""")


async def find_lines(
    tx: Transaction, site_id: str, wanted: Selection, *, after: UUID, limit: int
) -> Sequence[TicketLine]:
    """Return the site's tickets that were opened from `since` until before `until`, behind the id
    `after`, in the order of their ids.
    """
    first, below = _ids_of(wanted)
    rows = await tx.search(
        _PAGE,
        site_id=site_id,
        since=wanted.since,
        until=wanted.until,
        after=max(after, first),
        below=below,
        limit=limit,
    )
    return _LINES.validate_python(rows)


async def find_site_after(tx: Transaction, site_id: str, wanted: Selection) -> str | None:
    """Return the site behind that one, by id, that has tickets that are wanted."""
    first, below = _ids_of(wanted)
    sites = None if wanted.sites is None else sorted(wanted.sites)
    row = await tx.row(
        _NEXT_SITE,
        after=site_id,
        sites=sites,
        first=first,
        below=below,
        since=wanted.since,
        until=wanted.until,
    )
    return None if row is None else row["id"]


def _ids_of(wanted: Selection) -> tuple[UUID, UUID]:
    """Return the ids between which tickets lie that were opened at these times."""
    return (
        FIRST if wanted.since is None else id_at(wanted.since, -CLOCKS_DIFFER),
        _LAST if wanted.until is None else id_at(wanted.until, CLOCKS_DIFFER),
    )
