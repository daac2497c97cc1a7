"""Messages for a table, some at a time."""

from uuid import UUID

from services.notify.domain.exported import MessageLine
from services.notify.store.exporting import find_lines
from shared.db.transaction import Transaction
from shared.sheets.writing import Part, Selection

_LOOKED_AT_ONCE = 500


async def export_messages(
    tx: Transaction, wanted: Selection, after: UUID | None
) -> Part[MessageLine, UUID]:
    """Return what is wanted of the next messages behind that one."""
    found, last = await find_lines(tx, wanted, after=after, limit=_LOOKED_AT_ONCE)
    return Part(rows=found, last=last)
