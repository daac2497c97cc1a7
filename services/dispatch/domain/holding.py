"""How much a technician has in hand: at most their capacity, at most one at a time, no two agreed
visits that overlap.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from services.dispatch.domain.refusals import AlreadyDoing, AtCapacity, WindowsOverlap
from shared.contracts.base import Window
from shared.ids import JobId, TechnicianId


@dataclass(frozen=True, kw_only=True)
class Assignment:
    """A job in a technician's hands from `accepted_at` to `ended_at`.

    `slot` counts from 1 to the capacity at acceptance.
    """

    id: UUID
    job_id: JobId
    technician_id: TechnicianId
    slot: int
    capacity: int
    doing: bool
    accepted_at: datetime
    visit: Window | None = None
    is_emergency: bool = False


def capacity_for(held: Sequence[Assignment], *, capacity: int, is_emergency: bool) -> int:
    """Return how many jobs they may hold with one more: what they can, and an emergency beyond
    that, while they hold no other.
    """
    exceeds = is_emergency and not any(assignment.is_emergency for assignment in held)
    return one_beyond(held, capacity=capacity) if exceeds else capacity


def one_beyond(held: Sequence[Assignment], *, capacity: int) -> int:
    """Return how many jobs they hold when they take one more, whatever they can."""
    return max(capacity, len(held) + 1)


def free_slot(
    held: Sequence[Assignment], *, capacity: int, visit: Window | None, chance: int
) -> int:
    """Return one of the free slots, by `chance`: of jobs taken at the same moment few meet at one
    slot.

    Raises AtCapacity and WindowsOverlap.
    """
    free = sorted(set(range(1, capacity + 1)) - {assignment.slot for assignment in held})
    if not free or len(held) >= capacity:
        raise AtCapacity(
            f"You hold {len(held)} jobs and can hold {capacity}.",
            holds=len(held),
            capacity=capacity,
        )
    if other := overlapping(held, visit):
        raise WindowsOverlap("Another visit is agreed for that time.", job_id=str(other.job_id))
    return free[chance % len(free)]


def overlapping(held: Sequence[Assignment], visit: Window | None) -> Assignment | None:
    """Return the assignment whose agreed visit overlaps that one."""
    if visit is None:
        return None
    return next(
        (
            each
            for each in held
            if each.visit and each.visit.start < visit.end and visit.start < each.visit.end
        ),
        None,
    )


def demand_free_hands(held: Sequence[Assignment], job_id: UUID) -> None:
    """Raise AlreadyDoing when the technician is at another job."""
    for assignment in held:
        if assignment.doing and assignment.job_id != job_id:
            raise AlreadyDoing(
                "You are at another job: finish, pause or return it first.",
                job_id=str(assignment.job_id),
            )
