"""Since when which visit counts as agreed with the resident."""

from collections.abc import Sequence
from datetime import datetime
from itertools import pairwise

from shared.contracts.tickets import Appointment

Agreement = tuple[datetime, datetime | None]
"""From when on a visit is agreed until its end; None: from then on there is none."""


def agreements(appointments: Sequence[Appointment], *, now: datetime) -> list[Agreement]:
    """Return what had been agreed by `now`, in order. A visit that staff offered counts once the
    resident has let it stand, unless something else was said before.
    """
    return [each for each in _agreements(appointments) if each[0] <= now]


def next_agreement_at(appointments: Sequence[Appointment], *, now: datetime) -> datetime | None:
    """Return when the next offer stands if nothing happens; None where there is none."""
    return min((at for at, _ in _agreements(appointments) if at > now), default=None)


def _agreements(appointments: Sequence[Appointment]) -> list[Agreement]:
    found: list[Agreement] = []
    for visit, after in pairwise([*appointments, None]):
        if visit is None:
            continue
        if visit.cancelled:
            found.append((visit.at, None))
        elif not visit.proposed:
            found.append((visit.at, visit.end))
        elif visit.stands_at is not None and (after is None or visit.stands_at < after.at):
            found.append((visit.stands_at, visit.end))
    return found
