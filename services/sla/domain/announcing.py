"""What has to be said about clocks: each share of each promise once, under (clock, threshold, due
time).
"""

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime

from services.sla.domain.clocks import Clock
from services.sla.domain.terms import BREACH, Crossing
from shared.contracts.sla import Announcement, ClockState

_STILL_OPEN = frozenset({ClockState.RUNNING, ClockState.PAUSED})


def to_announce(
    clocks: Iterable[Clock], announced: Sequence[Announcement], now: datetime
) -> tuple[Announcement, ...]:
    """Return what was passed and not yet announced. A breach is always told; of the warnings only
    the newest of a clock that still runs, the others are recorded as skipped: something later has
    overtaken them.
    """
    return tuple(
        announcement for clock in clocks for announcement in _of_clock(clock, announced, now)
    )


def _of_clock(
    clock: Clock, announced: Sequence[Announcement], now: datetime
) -> Iterator[Announcement]:
    if not clock.crossings:
        return
    mine = [announcement for announcement in announced if announcement.clock is clock.kind]
    pending = sorted(
        _unsaid(clock, mine), key=lambda crossing: (crossing.fell_at, crossing.threshold)
    )
    newest_said = max(((said.fell_at, said.threshold) for said in mine), default=None)
    for crossing in pending:
        newest = crossing is pending[-1] and (
            newest_said is None or newest_said < (crossing.fell_at, crossing.threshold)
        )
        told = crossing.threshold == BREACH or (newest and clock.state in _STILL_OPEN)
        yield Announcement(
            clock=clock.kind,
            threshold=crossing.threshold,
            due_at=crossing.due_at,
            fell_at=crossing.fell_at,
            announced_at=now,
            skipped=not told,
        )


def _unsaid(clock: Clock, mine: Sequence[Announcement]) -> Iterator[Crossing]:
    if not mine:
        yield from clock.crossings
        return
    by_due = {(said.threshold, said.due_at) for said in mine}
    # A pause that became known later moves the due time of a share that was passed, and announced,
    # long before it.
    by_fall = {(said.threshold, said.fell_at) for said in mine}
    for crossing in clock.crossings:
        if (crossing.threshold, crossing.due_at) not in by_due and (
            crossing.threshold,
            crossing.fell_at,
        ) not in by_fall:
            yield crossing
