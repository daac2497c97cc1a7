"""What happened to a ticket's clocks, in the words of the facts.

What others can tell for themselves is no news.
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence, Set

from services.sla.domain.terms import BREACH
from services.sla.domain.urgency import is_going_on
from shared.contracts.sla import Announcement, ClockKind, ClockState, ClockV1

_IN_ORDER = ("started", "corrected", "recomputed", "warned", "breached", "settled")
"""A change is one fact; when several things happened at once it bears the last of these names, and
its detail has them all.
"""


def what_happened(
    before: Sequence[ClockV1] | None, after: Sequence[ClockV1], said: Sequence[Announcement]
) -> Mapping[str, list[str]]:
    """Return past tense → the clocks that it happened to, in order; empty when there is nothing
    that others would have to be told.

    `before` is None for a ticket that had no clocks yet. A promise that was kept, or is no longer
    waited for, is news only when it is the last one: the ticket and its work order show the rest
    (`shared.standing`).
    """
    told: dict[ClockKind, set[int]] = defaultdict(set)
    for announcement in said:
        if not announcement.skipped:
            told[announcement.clock].add(announcement.threshold)
    was = {clock.kind: clock for clock in before or ()}
    settles = bool(after) and not any(is_going_on(clock) for clock in after)
    happened: dict[str, list[str]] = defaultdict(list)
    for clock in after:
        for past_tense in _of_clock(
            was.get(clock.kind), clock, told[clock.kind], first=before is None, settles=settles
        ):
            happened[past_tense].append(clock.kind.value)
    if before is None:
        happened.setdefault("started", [])
    return {past_tense: happened[past_tense] for past_tense in _IN_ORDER if past_tense in happened}


def _of_clock(
    before: ClockV1 | None, after: ClockV1, told: Set[int], *, first: bool, settles: bool
) -> Iterator[str]:
    if told - {BREACH}:
        yield "warned"
    if BREACH in told:
        yield "breached"
    if first:
        yield "started"
    if settles and (before is None or is_going_on(before)):
        yield "settled"
    elif before is None:
        if not first:
            yield "recomputed"
    elif (
        before.state is ClockState.BREACHED
        and after.breached_at != before.breached_at
        and after.started_at == before.started_at
    ):
        yield "corrected"
    elif not is_going_on(before) and not is_going_on(after):
        if before != after:
            yield "settled" if settles else "recomputed"
    elif not _only_stopped(before, after) and (
        _runs_otherwise(before, after) or _broken_again(before, after, told)
    ):
        yield "recomputed"


def _only_stopped(before: ClockV1, after: ClockV1) -> bool:
    """Return whether the promise ended as it stood: kept, or broken and no longer waited for."""
    ended = (
        is_going_on(before) and not is_going_on(after) and after.state is not ClockState.CANCELLED
    )
    return ended and (before.started_at, before.due_at) == (after.started_at, after.due_at)


def _runs_otherwise(before: ClockV1, after: ClockV1) -> bool:
    paused = ClockState.PAUSED
    return (
        is_going_on(before) != is_going_on(after)
        or (before.started_at, before.due_at) != (after.started_at, after.due_at)
        or (before.state is paused) != (after.state is paused)
    )


def _broken_again(before: ClockV1, after: ClockV1, told: Set[int]) -> bool:
    """Return whether it is broken for a due time for which it was announced before, and taken
    back.
    """
    return (
        before.state is not ClockState.BREACHED
        and after.state is ClockState.BREACHED
        and BREACH not in told
    )
