"""What was promised for a while, and when each share of it is used up."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import NamedTuple

from services.sla.domain.working_time import Period, WorkingTime, known_by

BREACH = 100
"""The share of the target at which a promise is broken."""


class Crossing(NamedTuple):
    """A share of the target (percent, 100 is the breach) is used up at `fell_at`, by the due time
    that was then known.
    """

    threshold: int
    due_at: datetime
    fell_at: datetime


class Terms(NamedTuple):
    """What was promised from `since` until the terms changed again: `amount` of `hours` outside the
    pauses, timed from `counted_from`; until the end of the visit that was `agreed`, if that is
    later.
    """

    since: datetime
    until: datetime | None
    counted_from: datetime
    amount: timedelta | None
    agreed: datetime | None
    hours: WorkingTime
    pauses: list[Period]
    warn_at: tuple[int, ...]

    def due_at(self) -> datetime | None:
        return self._reached(BREACH, self.pauses)

    def warnings(self, due_at: datetime | None) -> Iterator[Crossing]:
        """Return the shares at which a warning is due, in order of time; never before these terms
        were made: what is too late already falls due with them. `due_at` is when they fall due.
        """
        for share in self.warn_at:
            fell_at = self._reached(share, self.pauses)
            if (
                fell_at is not None
                and (known_due_at := self._due_known_at(fell_at, due_at)) is not None
            ):
                yield Crossing(share, known_due_at, fell_at)

    def waiting(self) -> bool:
        return bool(self.pauses) and self.pauses[-1].until is None

    def _due_known_at(self, instant: datetime, due_at: datetime | None) -> datetime | None:
        """Return the due time as it was known then, without the pauses that came later."""
        known = known_by(self.pauses, instant) if self.pauses else self.pauses
        return due_at if known == self.pauses else self._reached(BREACH, known)

    def _reached(self, share: int, pauses: list[Period]) -> datetime | None:
        if self.amount is None:
            return None
        reached = self.hours.due(self.counted_from, self._whole(pauses) * share / BREACH, pauses)
        if reached is None:
            return None
        if share == BREACH and self.agreed is not None:
            reached = max(reached, self.agreed)
        return max(reached, self.since)

    def _whole(self, pauses: list[Period]) -> timedelta:
        """Return the time of which shares are used up; an agreed visit stretches it."""
        amount = self.amount or timedelta(0)
        if self.agreed is None:
            return amount
        return max(amount, self.hours.outside(pauses, self.counted_from, self.agreed))


def earliest(one: datetime | None, other: datetime | None) -> datetime | None:
    if one is None or (other is not None and other < one):
        return other
    return one
