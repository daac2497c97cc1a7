"""Technicians: who they are, what they can do, when they are there."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from services.dispatch import events
from services.dispatch.actions.keep_work_order import REVIEWS
from services.dispatch.domain.places import Point
from services.dispatch.domain.technician import Position, Technician
from services.dispatch.store.looks import wake_technician, wake_where_distance_counts
from services.dispatch.store.technicians import (
    find_technicians,
    load_technician,
    save_technician,
    set_position,
)
from shared.contracts.base import Window
from shared.db.transaction import Transaction
from shared.ids import TechnicianId


async def put_technician(tx: Transaction, wanted: Technician) -> tuple[Technician, bool]:
    """As wanted, and whether they are new.

    The same again changes nothing; one that was removed is back, and goes on counting.
    """
    await tx.lock("technician", [wanted.id])
    before = (await find_technicians(tx, [wanted.id], for_update=True)).get(wanted.id)
    after = wanted if before is None else before.changed_to(wanted)
    if after is not before:
        _keep(tx, before, after)
    return after, before is None or before.removed_at is not None


async def remove_technician(tx: Transaction, id: TechnicianId) -> None:
    """What they hold looks for somebody else. Raises NotFound."""
    before = await load_technician(tx, id, for_update=True)
    _keep(tx, before, before.removed(at=tx.now))


async def change_technician(tx: Transaction, before: Technician, after: Technician) -> Technician:
    """Leave, shifts or skills of one that is locked as `before`."""
    if after == before:
        return before
    changed = replace(after, version=before.version + 1)
    _keep(tx, before, changed)
    return changed


async def place_technician(
    tx: Transaction, id: TechnicianId, point: Point, *, at: datetime
) -> Technician:
    """Where they were seen last: no new version, no fact.

    What was seen earlier changes nothing. Raises NotFound.
    """
    technician = await load_technician(tx, id, for_update=True)
    seen = Position(point=point, at=at)
    if not await set_position(tx, id, seen):
        return technician
    await wake_where_distance_counts(tx, id)
    return replace(technician, position=seen)


def next_review_of(technician: Technician, now: datetime) -> datetime | None:
    """When the next leave begins that is still to come."""
    if technician.removed_at is not None:
        return None
    return min((leave.start for leave in technician.leave if leave.start > now), default=None)


def _keep(tx: Transaction, before: Technician | None, after: Technician) -> None:
    # What they have in hand is looked at in a transaction of its own: work orders are locked before
    # technicians.
    save_technician(
        tx, after, review_at=next_review_of(after, tx.now) if before is None else tx.now
    )
    tx.publish(events.technician_changed(after))
    wake_technician(tx, after.id, after.sites)
    tx.alarm(REVIEWS, tx.now)


def without_past(leave: Sequence[Window], now: datetime) -> tuple[Window, ...]:
    """In order, what is over left out."""
    return tuple(
        sorted(
            (window for window in leave if window.end > now),
            key=lambda window: (window.start, window.end),
        )
    )
