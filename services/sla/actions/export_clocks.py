"""Clocks for a table, some at a time."""

from uuid import UUID

from services.sla.domain.exported import ClockLine
from services.sla.store.exporting import find_lines
from shared.db.transaction import Transaction
from shared.sheets.writing import Part, Selection

_TICKETS_AT_ONCE = 500


async def export_clocks(
    tx: Transaction, wanted: Selection, after: UUID | None
) -> Part[ClockLine, UUID]:
    """Return the clocks of the next tickets behind that one."""
    found, last = await find_lines(tx, wanted, after=after, limit=_TICKETS_AT_ONCE)
    return Part(rows=found, last=last)
