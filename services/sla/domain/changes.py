"""What happened to a ticket's clocks, in the words of the facts."""

from collections.abc import Iterable, Iterator, Mapping, Sequence

from services.sla.domain.terms import BREACH
from shared.contracts.sla import Announcement, ClockState, ClockV1

_BY_WEIGHT = ("started", "breached", "corrected", "ended", "met", "resumed", "paused", "warned", "recomputed")
"""A change is one fact; when several things happened at once it bears the first of these names, and its detail has them all."""

_GOING_ON = frozenset({ClockState.RUNNING, ClockState.PAUSED})


def what_happened(before: Sequence[ClockV1] | None, after: Sequence[ClockV1], said: Sequence[Announcement]) -> Mapping[str, list[str]]:
    """Past tense → the clocks that it happened to, the weightiest first; empty when nothing happened that has a word of its own.

    `before` is None for a ticket that had no clocks yet.
    """
    happened = {"started": [clock.kind.value for clock in after]} if before is None else {}
    was = {clock.kind: clock for clock in before or ()}
    for clock in after:
        for past_tense in _of_clock(was.get(clock.kind), clock, said):
            happened.setdefault(past_tense, []).append(clock.kind.value)
    return {past_tense: happened[past_tense] for past_tense in _BY_WEIGHT if past_tense in happened}


def _of_clock(before: ClockV1 | None, after: ClockV1, said: Iterable[Announcement]) -> Iterator[str]:
    told = {announcement.threshold for announcement in said if announcement.clock is after.kind and not announcement.skipped}
    if BREACH in told:
        yield "breached"
    if told - {BREACH}:
        yield "warned"
    if before is None:
        return
    if before.state is ClockState.BREACHED and after.breached_at != before.breached_at and after.started_at == before.started_at:
        yield "corrected"
    if before.state is not after.state:
        if after.state is ClockState.MET:
            yield "met"
        elif after.state is ClockState.CANCELLED:
            yield "ended"
        elif after.state is ClockState.PAUSED:
            yield "paused"
        elif after.state is ClockState.RUNNING and before.state is not ClockState.BREACHED:
            yield "resumed"
    elif after.state in _GOING_ON and after.due_at != before.due_at:
        yield "recomputed"
