"""Technicians: who they are, what they can do, when they are there."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from services.dispatch import events
from services.dispatch.actions.recording import CERTIFICATES, REVIEWS
from services.dispatch.actions.seeing import (
    lock_managed_technician,
    lock_technician,
    lock_technician_to_put,
)
from services.dispatch.domain.access import demand_technicians, sites_listed
from services.dispatch.domain.certificates import Certificate
from services.dispatch.domain.places import Point
from services.dispatch.domain.shifts import Shift
from services.dispatch.domain.technician import Position, Technician
from services.dispatch.store import technicians
from services.dispatch.store.planning_queue import queue_technician, queue_where_distance_counts
from shared.auth.caller import Caller
from shared.contracts.base import SkillNeed, Window
from shared.db.transaction import Transaction
from shared.ids import SiteId
from shared.preconditions import demand_version


async def list_technicians(
    tx: Transaction, *, by: Caller, site_id: SiteId | None, after: str, limit: int
) -> list[Technician]:
    """Return technicians of the sites where the caller manages them, by id."""
    sites = sites_listed(by, site_id)
    return await technicians.list_technicians(tx, sites=sites, after=after, limit=limit)


async def put_technician(
    tx: Transaction, wanted: Technician, *, by: Caller
) -> tuple[Technician, bool]:
    """Save the technician, and return whether they are new.

    The same again changes nothing; one that was removed is back, and goes on counting. Raises
    NotFound for an id of other sites, and Forbidden unless the caller manages technicians at each
    site that the technician comes to or leaves.
    """
    before = await lock_technician_to_put(tx, wanted.id, by=by)
    is_new = before is None or before.removed_at is not None
    demand_technicians(by, {*wanted.sites} ^ {*(() if before is None or is_new else before.sites)})
    after = wanted if before is None else before.changed_to(wanted)
    if after is not before:
        record_technician(tx, before, after)
    return after, is_new


async def remove_technician(tx: Transaction, id: str, *, by: Caller) -> None:
    """Remove the technician; what they hold looks for another. Raises NotFound and Forbidden."""
    before = await lock_managed_technician(tx, id, by=by)
    demand_technicians(by, before.sites)
    record_technician(tx, before, before.removed(at=tx.now))


async def change_skills(
    tx: Transaction, id: str, skills: tuple[SkillNeed, ...], *, by: Caller
) -> Technician:
    """Save what the technician can do. Raises NotFound."""
    before = await lock_managed_technician(tx, id, by=by)
    return _change(tx, before, replace(before, skills=skills))


async def change_shifts(
    tx: Transaction, id: str, shifts: tuple[Shift, ...] | None, *, by: Caller
) -> Technician:
    """Save when the technician works; None: no shifts are kept. Raises NotFound."""
    before = await lock_managed_technician(tx, id, by=by)
    return _change(tx, before, replace(before, shifts=shifts))


async def change_leave(
    tx: Transaction, id: str, leave: Sequence[Window], *, by: Caller
) -> Technician:
    """Save all leave that is still to come. Raises NotFound."""
    before = await lock_managed_technician(tx, id, by=by)
    return _change(tx, before, replace(before, leave=_without_past(leave, tx.now)))


async def change_certificates(
    tx: Transaction, id: str, certificates: Sequence[Certificate], *, version: int, by: Caller
) -> Technician:
    """Save all certificates of the technician, whose `version` the caller has read.

    Raises NotFound and Stale.
    """
    before = await lock_managed_technician(tx, id, by=by)
    demand_version(before.version, version)
    in_order = sorted(certificates, key=lambda each: (each.kind, each.issued_on, each.number))
    return _change(tx, before, replace(before, certificates=tuple(in_order)))


async def place_technician(
    tx: Transaction, id: str, point: Point, *, at: datetime | None, by: Caller
) -> Technician:
    """Save where the technician was seen last, now if `at` is None: no new version, no fact.

    What was seen earlier changes nothing. Raises NotFound.
    """
    technician = await lock_technician(tx, id, by=by)
    seen = Position(point=point, at=tx.now if at is None else min(at, tx.now))
    if not await technicians.set_position(tx, technician.id, seen):
        return technician
    await queue_where_distance_counts(tx, technician.id)
    return replace(technician, position=seen)


def next_review_of(technician: Technician, now: datetime) -> datetime | None:
    """Return when the next leave begins that is still to come."""
    if technician.removed_at is not None:
        return None
    return min((leave.start for leave in technician.leave if leave.start > now), default=None)


def _change(tx: Transaction, before: Technician, after: Technician) -> Technician:
    if after == before:
        return before
    changed = replace(after, version=before.version + 1)
    record_technician(tx, before, changed)
    return changed


def record_technician(tx: Transaction, before: Technician | None, after: Technician) -> None:
    """Save the technician, say so, and have what they have in hand looked at."""
    # What they have in hand is looked at in a transaction of its own: work orders are locked before
    # technicians.
    has_certificates = bool(after.certificates or after.certificate_warnings)
    technicians.save_technician(
        tx,
        after,
        review_at=next_review_of(after, tx.now) if before is None else tx.now,
        certificates_at=tx.now if has_certificates and after.removed_at is None else None,
    )
    tx.publish(events.technician_changed(after))
    queue_technician(tx, after.id, after.sites)
    tx.schedule(REVIEWS, tx.now)
    if has_certificates:
        tx.schedule(CERTIFICATES, tx.now)


def _without_past(leave: Sequence[Window], now: datetime) -> tuple[Window, ...]:
    """Return the leave in order, without what is over."""
    return tuple(
        sorted(
            (window for window in leave if window.end > now),
            key=lambda window: (window.start, window.end),
        )
    )
