"""Calendars: written, and what a change does to the clocks that are going on."""

from collections.abc import Sequence

from services.sla.actions.save_clocks import CLOCKS
from services.sla.actions.seeing import lock_calendar
from services.sla.domain.calendar import Calendar
from services.sla.domain.calendars import WrittenCalendar
from services.sla.domain.timing import SETTLING
from services.sla.store.terms import (
    Sweep,
    bring_forward,
    end_sweep,
    last_calendar,
    move_sweep,
    save_calendar,
    save_sweep,
)
from shared.auth.caller import Caller
from shared.db.transaction import Transaction
from shared.preconditions import demand_version
from shared.telemetry import get_logger

log = get_logger(__name__)

SWEEPS = "sweeps"
"""The due worker that acts while clocks have to be computed again for a changed calendar."""

_AT_ONCE = 500


async def put_calendar(
    tx: Transaction,
    calendar_id: str,
    calendar: Calendar,
    *,
    site_id: str | None,
    version: int | None,
    by: Caller,
) -> WrittenCalendar:
    """Create it, or replace version `version` of it; clocks that are going on follow.

    Raises Forbidden, NotFound, Conflict, PreconditionRequired, Stale, and Invalid for an id that
    only another site's calendar may have.
    """
    held = await lock_calendar(tx, calendar_id, site_id=site_id, by=by)
    demand_version(held.version if held else 0, version)
    last = await last_calendar(tx, calendar_id)
    written = WrittenCalendar(id=calendar_id, version=last + 1, site_id=site_id, calendar=calendar)
    await save_calendar(tx, written)
    sweep_clocks_of(tx, site_id)
    log.info("calendar_written", calendar_id=calendar_id, version=written.version, by=by.id)
    return written


def sweep_clocks_of(tx: Transaction, site_id: str | None) -> None:
    """Let the clocks of that site (None: all) be computed again, some hundreds of tickets at a
    time.
    """
    save_sweep(tx, site_id)
    tx.schedule(SWEEPS, tx.now)


async def sweep_clocks(tx: Transaction, sweeps: Sequence[Sweep]) -> None:
    """Make the next clocks due for a look that a calendar's change may have moved."""
    for sweep in sweeps:
        last = await bring_forward(tx, sweep, at=tx.now - SETTLING, limit=_AT_ONCE)
        if last is None:
            await end_sweep(tx, sweep.id)
        else:
            await move_sweep(tx, sweep.id, last)
            tx.schedule(CLOCKS, tx.now)
