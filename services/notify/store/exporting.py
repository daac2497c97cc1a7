"""Messages as rows of a table, in the order of their ids."""

from collections.abc import Sequence
from uuid import UUID

from pydantic import TypeAdapter
from sqlalchemy import text

from services.notify.domain.exported import MessageLine
from shared.db.transaction import Transaction
from shared.ids import CLOCKS_DIFFER, id_at
from shared.sheets.writing import Selection

_LINES = TypeAdapter(list[MessageLine])
_FIRST, _LAST = UUID(int=0), UUID(int=(1 << 128) - 1)

# So many messages are looked at, whichever their site: no page takes long, however few are wanted.
# Where it ended is said with each row, or alone.
_PAGE = text("""
    with looked_at as materialized (
        select id, site_id, ticket_id, recipient_id, kind, language, title, text, at, created_at,
          until, stale, read_at
        from messages where id > :after and id < :below order by id limit :limit),
    ends as (
        select id as last, (select count(*) from looked_at) as looked_at
        from looked_at order by id desc limit 1)
    select ends.*, found.* from ends left join (
        select m.*, d.deliveries, d.delivered, d.delivered_at
        from looked_at m cross join lateral (
            select count(*) as deliveries, count(*) filter (where state = 'delivered') as delivered,
              min(done_at) filter (where state = 'delivered') as delivered_at
            from deliveries where message_id = m.id) as d
        where m.site_id is not null
          and (cast(:sites as text[]) is null or m.site_id = any(cast(:sites as text[])))
          and (cast(:since as timestamptz) is null or m.created_at >= :since)
          and (cast(:until as timestamptz) is null or m.created_at < :until)) as found on true
    order by found.id""")


async def find_lines(
    tx: Transaction, wanted: Selection, *, after: UUID | None, limit: int
) -> tuple[Sequence[MessageLine], UUID | None]:
    """Return what is wanted of `limit` messages behind that id, and where the next begin; None
    where there are no more. `since` and `until` are about when a message was put down.
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
    found = _LINES.validate_python([row for row in rows if row["id"] is not None])
    return found, rows[0]["last"] if rows[0]["looked_at"] == limit else None
