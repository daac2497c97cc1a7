"""Who may do what to a ticket in which state.

The tables are the rule; everything else only reads them.
"""

from collections.abc import Mapping
from enum import StrEnum

from pydantic import JsonValue

from shared.contracts.tickets import TicketState as State
from shared.errors import Conflict, Forbidden, Invalid

ENDED = frozenset({State.RESOLVED, State.CLOSED, State.CANCELLED})
LIVING = frozenset(State) - ENDED


class Verb(StrEnum):
    CANCEL = "cancel"
    REQUEST_CANCEL = "request_cancel"
    REFUSE_CANCEL = "refuse_cancel"
    CONFIRM = "confirm"
    REOPEN = "reopen"
    HOLD = "hold"
    RELEASE = "release"
    RESOLVE = "resolve"
    UNMERGE = "unmerge"


RESIDENT_MAY: Mapping[Verb, frozenset[State]] = {
    Verb.CANCEL: frozenset({State.OPEN, State.ASSIGNED, State.ON_HOLD}),
    Verb.REQUEST_CANCEL: frozenset({State.IN_PROGRESS}),
    Verb.CONFIRM: frozenset({State.RESOLVED}),
    Verb.REOPEN: frozenset({State.RESOLVED, State.CLOSED}),
}
STAFF_MAY: Mapping[Verb, frozenset[State]] = {
    **RESIDENT_MAY,
    Verb.CANCEL: LIVING,
    Verb.REQUEST_CANCEL: frozenset(),
    Verb.REFUSE_CANCEL: LIVING,
    Verb.HOLD: frozenset({State.OPEN, State.ASSIGNED, State.IN_PROGRESS}),
    Verb.RELEASE: frozenset({State.ON_HOLD}),
    Verb.RESOLVE: LIVING,
    Verb.UNMERGE: frozenset({State.CANCELLED}),
}

STEPS: frozenset[tuple[State, State]] = frozenset(
    {
        (State.OPEN, State.ASSIGNED),
        (State.ASSIGNED, State.IN_PROGRESS),
        (State.ASSIGNED, State.OPEN),
        (State.IN_PROGRESS, State.OPEN),
        (State.IN_PROGRESS, State.ASSIGNED),
        (State.OPEN, State.ON_HOLD),
        (State.ASSIGNED, State.ON_HOLD),
        (State.IN_PROGRESS, State.ON_HOLD),
        (State.ON_HOLD, State.OPEN),
        (State.ON_HOLD, State.ASSIGNED),
        (State.ON_HOLD, State.IN_PROGRESS),
        (State.OPEN, State.RESOLVED),
        (State.ASSIGNED, State.RESOLVED),
        (State.IN_PROGRESS, State.RESOLVED),
        (State.ON_HOLD, State.RESOLVED),
        (State.RESOLVED, State.CLOSED),
        (State.RESOLVED, State.OPEN),
        (State.CLOSED, State.OPEN),
        (State.OPEN, State.CANCELLED),
        (State.ASSIGNED, State.CANCELLED),
        (State.IN_PROGRESS, State.CANCELLED),
        (State.ON_HOLD, State.CANCELLED),
        (State.CANCELLED, State.OPEN),
    }
)


class ReasonDemanded(Invalid):
    code = "reason_demanded"


class IllegalStep(Conflict):
    """Not from this state, or not by this person."""

    code = "illegal_step"

    def __init__(self, verb: str, *, state: State, legal: frozenset[Verb]) -> None:
        steps: list[JsonValue] = [step.value for step in sorted(legal)]
        words = ", ".join(sorted(legal)) or "nothing"
        super().__init__(
            f"A ticket that is {state.value} cannot take the step {verb}; legal now: {words}.",
            state=state.value,
            legal=steps,
        )


class SettledByYourself(Forbidden):
    """What a person settled is for others to confirm and to rate."""

    code = "settled_by_yourself"

    def __init__(self, verb: str) -> None:
        super().__init__(f"You settled this yourself, so it is not yours to {verb}.")


def legal_verbs(state: State, *, is_staff: bool) -> frozenset[Verb]:
    """Return what may be done to a ticket in that state, by staff of its site or by residents."""
    may = STAFF_MAY if is_staff else RESIDENT_MAY
    return frozenset(verb for verb, states in may.items() if state in states)


def demand_reason(reason: str | None) -> str:
    """Return it. Raises ReasonDemanded for none."""
    if reason is None or not reason.strip():
        raise ReasonDemanded("Say why.", field="/reason")
    return reason
