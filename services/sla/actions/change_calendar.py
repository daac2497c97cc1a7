"""Calendars: read, written, and what a change does to the clocks that are going on."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from services.sla.actions.compute_clocks import CLOCKS, SETTLING
from services.sla.actions.seeing import require_owner, require_writer, sees
from services.sla.domain.calendar import Calendar
from services.sla.domain.calendars import usual_calendar
from services.sla.store.terms import (
    bring_forward,
    end_sweep,
    lock_terms,
    move_sweep,
    newest_calendar,
    save_calendar,
    save_sweep,
    site_zone,
)
from shared.auth.caller import Caller
from shared.db.transaction import Transaction
from shared.errors import Invalid, NotFound
from shared.preconditions import demand_version
from shared.telemetry import get_logger

log = get_logger(__name__)

SWEEPS = "sweeps"
"""The alarm that rings while clocks have to be computed again for a changed calendar."""

_AT_ONCE = 500


@dataclass(frozen=True, kw_only=True)
class WrittenCalendar:
    """Version 0 is the usual calendar of a site that has none of its own."""

    id: str
    version: int
    site_id: str | None
    calendar: Calendar


async def see_calendar(tx: Transaction, calendar_id: str, *, seen_by: Caller) -> WrittenCalendar:
    """Raises NotFound, also for what the caller may not see.

    A site's own calendar has the site's id, and always exists.
    """
    row = await newest_calendar(tx, calendar_id)
    if row is not None and sees(seen_by, row["site_id"]):
        body = Calendar.model_validate(row["body"])
        return WrittenCalendar(
            id=calendar_id, version=row["version"], site_id=row["site_id"], calendar=body
        )
    known_zone = await site_zone(tx, calendar_id)
    if row is None and known_zone is not None and seen_by.is_staff(calendar_id):
        return WrittenCalendar(
            id=calendar_id, version=0, site_id=calendar_id, calendar=usual_calendar(known_zone)
        )
    raise NotFound("There is no such calendar.")


async def put_calendar(
    tx: Transaction,
    calendar_id: str,
    calendar: Calendar,
    *,
    site_id: str | None,
    version: int | None,
    by: Caller,
) -> WrittenCalendar:
    """Creates it, or replaces version `version` of it; clocks that are going on follow.

    Raises Forbidden, NotFound, Conflict, PreconditionRequired, Stale, and Invalid for an id that
    only another site's calendar may have.
    """
    require_writer(by, site_id)
    await lock_terms(tx)
    row = await newest_calendar(tx, calendar_id)
    if row is not None:
        require_owner(by, row["site_id"], site_id)
    if site_id not in (None, calendar_id) and await site_zone(tx, calendar_id) is not None:
        raise Invalid(
            "This is the id of another site, whose own calendar it would be.", field="/site_id"
        )
    newest = 0 if row is None else row["version"]
    demand_version(newest, version)
    await save_calendar(tx, calendar_id, newest + 1, site_id, calendar)
    sweep_clocks_of(tx, site_id)
    log.info("calendar_written", calendar_id=calendar_id, version=newest + 1, by=by.id)
    return WrittenCalendar(id=calendar_id, version=newest + 1, site_id=site_id, calendar=calendar)


def sweep_clocks_of(tx: Transaction, site_id: str | None) -> None:
    """The clocks of that site (None: all) will be computed again, some hundreds of tickets at a
    time.
    """
    save_sweep(tx, site_id)
    tx.alarm(SWEEPS, tx.now)


async def sweep_clocks(tx: Transaction, sweeps: Sequence[Mapping[str, Any]]) -> None:
    """The next clocks that a calendar's change may have moved are due for a look."""
    for sweep in sweeps:
        last = await bring_forward(tx, sweep, at=tx.now - SETTLING, limit=_AT_ONCE)
        if last is None:
            await end_sweep(tx, sweep["id"])
        else:
            await move_sweep(tx, sweep["id"], last)
            tx.alarm(CLOCKS, tx.now)
