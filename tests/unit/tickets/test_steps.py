"""The States table: who may take which step from where."""

from collections.abc import Callable
from datetime import timedelta

import pytest

from services.tickets.domain.amending import amend, reclassify
from services.tickets.domain.closing import close_unconfirmed, closes_at
from services.tickets.domain.limits import MAX_STEPS, STEPS_FOR_ENDING, TooManySteps
from services.tickets.domain.reopening import TooLateToReopen
from services.tickets.domain.ticket import Ticket
from services.tickets.domain.verbs import (
    ENDED,
    RESIDENT_MAY,
    STEPS,
    IllegalStep,
    ReasonDemanded,
    Verb,
)
from shared.auth.caller import Caller
from shared.contracts.tickets import Classing, HoldReason, Priority
from shared.contracts.tickets import TicketState as State
from shared.errors import Forbidden
from tests.unit.tickets.arranging import NEIGHBOUR, NOON, RESIDENT, STAFF, a_ticket, after

LATER = after(hours=1)
DO: dict[Verb, Callable[[Ticket, Caller], Ticket]] = {
    Verb.CANCEL: lambda ticket, by: ticket.cancel(by=by, at=LATER, reason="no longer wanted"),
    Verb.CONFIRM: lambda ticket, by: ticket.confirm(by=by, at=LATER),
    Verb.REOPEN: lambda ticket, by: ticket.reopen(by=by, at=LATER, reason="still leaking"),
    Verb.HOLD: lambda ticket, by: ticket.put_on_hold(
        by=by, at=LATER, reason=HoldReason.WAITING_PARTS
    ),
    Verb.RELEASE: lambda ticket, by: ticket.release(by=by, at=LATER),
    Verb.RESOLVE: lambda ticket, by: ticket.resolve(by=by, at=LATER, note="valve turned"),
}
BECOMES = {
    Verb.CANCEL: State.CANCELLED,
    Verb.CONFIRM: State.CLOSED,
    Verb.REOPEN: State.OPEN,
    Verb.HOLD: State.ON_HOLD,
    Verb.RELEASE: State.OPEN,
    Verb.RESOLVE: State.RESOLVED,
}
# As the product's table of states has it, in its own words: verb, from, by a resident, by staff.
TABLE = [
    (Verb.CANCEL, "open assigned on_hold", "open assigned in_progress on_hold"),
    (Verb.CONFIRM, "resolved", "resolved"),
    (Verb.REOPEN, "resolved closed", "resolved closed"),
    (Verb.HOLD, "", "open assigned in_progress"),
    (Verb.RELEASE, "", "on_hold"),
    (Verb.RESOLVE, "", "open assigned in_progress on_hold"),
]
CASES = [
    (verb, state, actor, state.value in may.split())
    for verb, *columns in TABLE
    for actor, may in zip((RESIDENT, STAFF), columns, strict=True)
    for state in State
]


@pytest.mark.parametrize(("verb", "state", "actor", "legal"), CASES)
def test_a_step_is_taken_exactly_where_the_table_has_it(
    verb: Verb, state: State, actor: Caller, legal: bool
) -> None:
    ticket = a_ticket(state)

    if actor is RESIDENT and verb not in RESIDENT_MAY:
        with pytest.raises(Forbidden):
            DO[verb](ticket, actor)
        return
    if not legal:
        with pytest.raises(IllegalStep) as refused:
            DO[verb](ticket, actor)
        assert refused.value.details["state"] == state
        assert verb.value not in list(refused.value.details["legal"])  # type: ignore[arg-type]
        return
    changed = DO[verb](ticket, actor)

    assert changed.state is BECOMES[verb]
    assert changed.version == ticket.version + 1
    assert (changed.steps[-1].at, changed.steps[-1].state, changed.steps[-1].cause) == (
        LATER,
        changed.state,
        actor.id,
    )


def test_a_resident_cannot_cancel_what_is_being_worked_on() -> None:
    ticket = a_ticket(State.IN_PROGRESS)

    with pytest.raises(IllegalStep) as refused:
        ticket.cancel(by=RESIDENT, at=NOON, reason="changed my mind")

    assert (
        refused.value.message
        == "A ticket that is in_progress cannot take the step cancel; legal now: request_cancel."
    )
    assert refused.value.details == {"state": "in_progress", "legal": ["request_cancel"]}


def test_nothing_but_the_end_of_a_merge_leaves_cancelled() -> None:
    assert [step for step in STEPS if step[0] is State.CANCELLED] == [(State.CANCELLED, State.OPEN)]
    assert a_ticket(State.CANCELLED).legal_for(STAFF) == frozenset()


def test_staff_say_why_they_cancel_and_residents_need_not() -> None:
    ticket = a_ticket(State.OPEN)

    with pytest.raises(ReasonDemanded):
        ticket.cancel(by=STAFF, at=LATER, reason="  ")

    assert ticket.cancel(by=RESIDENT, at=LATER, reason=None).state is State.CANCELLED


@pytest.mark.parametrize("state", [State.OPEN, State.ASSIGNED, State.IN_PROGRESS])
def test_a_hold_remembers_where_it_was(state: State) -> None:
    held = a_ticket(state).put_on_hold(by=STAFF, at=LATER, reason=HoldReason.NO_ACCESS)

    released = held.release(by=STAFF, at=LATER)

    assert (held.hold, held.before, held.steps[-1].reason) == ("staff", state, "no_access")
    assert (released.state, released.hold, released.before) == (state, None, None)


def test_the_reporters_answer_ends_a_hold_that_waits_for_it() -> None:
    held = a_ticket(State.ASSIGNED).put_on_hold(
        by=STAFF, at=LATER, reason=HoldReason.WAITING_RESIDENT
    )

    released = held.answered_by_resident(by=RESIDENT, at=LATER)

    assert released.state is State.ASSIGNED
    assert held.answered_by_resident(by=NEIGHBOUR, at=LATER) is held
    assert held.answered_by_resident(by=STAFF, at=LATER) is held


def test_an_answer_does_not_end_a_hold_that_waits_for_something_else() -> None:
    held = a_ticket(State.ASSIGNED).put_on_hold(by=STAFF, at=LATER, reason=HoldReason.WAITING_PARTS)

    assert held.answered_by_resident(by=RESIDENT, at=LATER) is held


def test_reopening_raises_the_cycle() -> None:
    ticket = a_ticket(State.CLOSED)

    reopened = ticket.reopen(by=RESIDENT, at=LATER, reason="drips again")

    assert (reopened.state, reopened.cycle, reopened.steps[-1].cycle) == (State.OPEN, 2, 2)


def test_reopening_ends_fourteen_days_after_the_cycles_resolution_also_once_it_is_closed() -> None:
    ticket = a_ticket(State.RESOLVED)
    resolved_at = ticket.steps[-1].at
    closed = ticket.confirm(by=RESIDENT, at=resolved_at + timedelta(days=3))

    with pytest.raises(TooLateToReopen):
        closed.reopen(by=RESIDENT, at=resolved_at + timedelta(days=14, seconds=1), reason="drips")

    assert (
        closed.reopen(by=RESIDENT, at=resolved_at + timedelta(days=14), reason="drips").cycle == 2
    )


def test_a_later_cycle_has_fourteen_days_of_its_own() -> None:
    again = (
        a_ticket(State.RESOLVED)
        .reopen(by=STAFF, at=after(days=10), reason="drips")
        .resolve(by=STAFF, at=after(days=12), note="sealed")
    )

    reopened = again.reopen(by=RESIDENT, at=after(days=25), reason="drips")

    assert reopened.cycle == 3


def test_a_resolved_ticket_closes_by_itself_dated_when_its_72_hours_were_over() -> None:
    ticket = a_ticket(State.RESOLVED)
    due = ticket.steps[-1].at + timedelta(hours=72)

    closed = close_unconfirmed(ticket, now=due + timedelta(hours=5))

    assert closes_at(ticket) == due
    assert (closed.state, closed.steps[-1].at, closed.steps[-1].cause) == (
        State.CLOSED,
        due,
        "system",
    )


def test_a_resolved_ticket_stays_until_its_72_hours_are_over() -> None:
    ticket = a_ticket(State.RESOLVED)

    assert (
        close_unconfirmed(ticket, now=ticket.steps[-1].at + timedelta(hours=71, minutes=59))
        is ticket
    )
    assert closes_at(a_ticket(State.OPEN)) is None


def test_a_step_is_never_dated_before_the_last_one() -> None:
    ticket = a_ticket(State.ASSIGNED)

    cancelled = ticket.cancel(by=RESIDENT, at=NOON - timedelta(hours=1), reason=None)

    assert cancelled.steps[-1].at == ticket.steps[-1].at


def test_a_ticket_takes_200_steps_and_the_last_are_kept_for_ending_it() -> None:
    ticket = a_ticket(State.OPEN)
    while len(ticket.steps) < MAX_STEPS - STEPS_FOR_ENDING:
        ticket = (
            ticket.put_on_hold(by=STAFF, at=LATER, reason=HoldReason.NO_ACCESS)
            if ticket.state is State.OPEN
            else ticket.release(by=STAFF, at=LATER)
        )

    with pytest.raises(TooManySteps) as refused:
        ticket.release(by=STAFF, at=LATER)

    assert refused.value.code == "too_many_steps"
    assert (
        ticket.resolve(by=STAFF, at=LATER, note="enough").confirm(by=RESIDENT, at=LATER).state
        is State.CLOSED
    )


def test_amending_what_is_the_same_changes_nothing() -> None:
    ticket = a_ticket(State.OPEN)

    assert amend(ticket, by=RESIDENT, title="") is ticket
    assert amend(ticket, by=RESIDENT, title="Kitchen").version == ticket.version + 1


@pytest.mark.parametrize("state", sorted(ENDED))
def test_what_has_ended_is_not_amended(state: State) -> None:
    with pytest.raises(IllegalStep):
        amend(a_ticket(state), by=RESIDENT, title="Kitchen")


def test_a_change_of_class_is_dated() -> None:
    ticket = a_ticket(State.OPEN)
    classing = Classing(at=LATER, category="plumbing", priority=Priority.URGENT)

    urgent = reclassify(ticket, classing, skills=(), needs_info=False)

    assert (urgent.priority, urgent.classes[-1].at, urgent.classes[-1].priority) == (
        Priority.URGENT,
        LATER,
        Priority.URGENT,
    )
    assert reclassify(urgent, classing, skills=(), needs_info=False) is urgent
