"""Jobs for a table, some at a time."""

from services.dispatch.domain.exported import JobLine
from services.dispatch.store.exporting import ExportPlace, find_lines, find_site_after
from shared.db.transaction import Transaction
from shared.sheets.writing import Part, Selection

_AT_ONCE = 500


async def export_jobs(
    tx: Transaction, wanted: Selection, after: ExportPlace | None
) -> Part[JobLine, ExportPlace]:
    """Return the next jobs behind that place, of one site."""
    if after is None:
        first = await _next_site(tx, wanted, "")
        if first is None:
            return Part(rows=(), last=None)
        after = ExportPlace(first)
    found, last = await find_lines(
        tx, since=wanted.since, until=wanted.until, after=after, limit=_AT_ONCE
    )
    if last is None:
        following = await _next_site(tx, wanted, after.site_id)
        last = None if following is None else ExportPlace(following)
    return Part(rows=found, last=last)


async def _next_site(tx: Transaction, wanted: Selection, after: str) -> str | None:
    return await find_site_after(tx, after) if wanted.sites is None else wanted.next_site(after)
