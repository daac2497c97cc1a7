"""Tickets for a table, some at a time."""

from typing import NamedTuple
from uuid import UUID

from services.tickets.domain.exported import TicketLine
from services.tickets.store.exporting import FIRST, find_lines, find_site_after
from shared.db.transaction import Transaction
from shared.sheets.writing import Part, Selection

_AT_ONCE = 500


class ExportPlace(NamedTuple):
    """How far an export has come: in a site, the last ticket's id."""

    site_id: str
    id: UUID


async def export_tickets(
    tx: Transaction, wanted: Selection, after: ExportPlace | None
) -> Part[TicketLine, ExportPlace]:
    """Return the next tickets behind that place, of one site."""
    if after is None:
        first = await find_site_after(tx, "", wanted)
        if first is None:
            return Part(rows=(), last=None)
        after = ExportPlace(first, FIRST)
    found = await find_lines(tx, after.site_id, wanted, after=after.id, limit=_AT_ONCE)
    if len(found) == _AT_ONCE:
        return Part(rows=found, last=ExportPlace(after.site_id, found[-1].id))
    following = await find_site_after(tx, after.site_id, wanted)
    return Part(rows=found, last=None if following is None else ExportPlace(following, FIRST))
