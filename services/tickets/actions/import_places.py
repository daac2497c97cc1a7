"""Take a list of places over: units and areas that a site's buildings do not have yet."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from typing import Final

from services.tickets.actions.seeing import (
    demand_keeper,
    lock_site_to_add_places,
    see_site_to_keep_people,
)
from services.tickets.actions.sites import save_as_next
from services.tickets.domain.buildings import check_buildings
from services.tickets.domain.place_list import Merged, merge_places
from services.tickets.domain.site import Site
from shared.auth.caller import Caller
from shared.db.transaction import Transaction
from shared.importing.outcome import Outcome
from shared.importing.rows import SheetRow
from shared.importing.sheet import Sheet
from shared.telemetry import get_logger

log = get_logger(__name__)

Read = Callable[[], Awaitable[Sheet]]
_PIECE: Final = 5000


async def import_places(
    tx: Transaction, site_id: str, read: Read, *, dry_run: bool, skip_bad: bool, by: Caller
) -> Outcome:
    """Merge the list's rows into the site's buildings, as its next version, and say so; return what
    became of them. Nothing is changed by a dry run, and by bad rows unless they are skipped.

    The site is locked while the rows are merged, a second or two for the largest, and not while the
    list is read: what people report meanwhile waits for nothing. Raises Forbidden, NotFound,
    UnreadableSheet.
    """
    demand_keeper(by, site_id)
    sheet = await read()
    if dry_run:
        site = await see_site_to_keep_people(tx, site_id, by=by)
    else:
        tx.demand_locks()
        site = await lock_site_to_add_places(tx, site_id, by=by)
    rows = [row async for piece in sheet.pieces(_PIECE) for row in piece]
    merged, outcome = await asyncio.to_thread(_merged, site, sheet, rows)
    if not dry_run and (skip_bad or not outcome.bad):
        outcome.taken = True
        await _save(tx, site, merged, by=by)
    return outcome


def _merged(site: Site, sheet: Sheet, rows: Sequence[SheetRow]) -> tuple[Merged, Outcome]:
    merged = merge_places(site, rows)
    return merged, _outcome(sheet, merged)


def _outcome(sheet: Sheet, merged: Merged) -> Outcome:
    outcome = sheet.outcome()
    outcome.created, outcome.changed = merged.created, merged.changed
    outcome.unchanged = merged.unchanged
    for row, wrong in sorted(merged.wrong, key=_row_of):
        outcome.note(sheet.problem(row, wrong))
    return outcome


def _row_of(wrong: tuple[SheetRow, object]) -> int:
    return wrong[0].number


async def _save(tx: Transaction, site: Site, merged: Merged, *, by: Caller) -> None:
    if not merged.created and not merged.changed:
        return
    check_buildings(merged.site)
    await save_as_next(tx, site, merged.site)
    counts = {"created": merged.created, "changed": merged.changed}
    tx.after_commit(lambda: log.info("places_imported", site=site.id, by=by.id, **counts))
