"""Deliveries that were given up."""

from collections.abc import Collection
from typing import NamedTuple
from uuid import UUID

from pydantic import TypeAdapter
from sqlalchemy import text

from services.notify.domain.message import FailedDelivery
from shared.db.transaction import Transaction
from shared.ids import SiteId

_FAILED_DELIVERIES = TypeAdapter(list[FailedDelivery])
_LOOKED_AT = 500

# So many are looked at, whichever their site: no page takes long, however few of them are of the
# sites asked about. Where it ended is said with each row, or alone.
_FAILED = text("""
    with looked_at as materialized (
        select * from deliveries
        where state = 'failed' and (cast(:before as uuid) is null or id < :before)
        order by id desc limit :limit),
    ends as (
        select id as last, (select count(*) from looked_at) as looked_at
        from looked_at order by id limit 1)
    select ends.*, found.* from ends left join (
        select d.id, d.message_id, d.endpoint_id, d.channel, d.state, d.attempts,
          d.next_attempt_at, d.reason, d.done_at, m.kind, m.recipient_id, m.ticket_id, m.site_id,
          m.title, m.created_at
        from looked_at d join messages m on m.id = d.message_id
        where cast(:sites as text[]) is null or m.site_id = any(cast(:sites as text[])))
      as found on true
    order by found.id desc""")


class FailedPage(NamedTuple):
    """Some deliveries, and the last one that was looked at; None where there are no more."""

    items: list[FailedDelivery]
    last: UUID | None


async def list_failed(
    tx: Transaction, sites: Collection[SiteId] | None, *, before: UUID | None
) -> FailedPage:
    """Return those of the next ones that are about these sites (None: about any), newest first."""
    rows = await tx.rows(
        _FAILED, sites=None if sites is None else sorted(sites), before=before, limit=_LOOKED_AT
    )
    if not rows:
        return FailedPage([], None)
    found = _FAILED_DELIVERIES.validate_python([row for row in rows if row["id"] is not None])
    return FailedPage(found, rows[0]["last"] if rows[0]["looked_at"] == _LOOKED_AT else None)
