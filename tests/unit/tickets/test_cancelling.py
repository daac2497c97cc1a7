"""Whose technician is at work asks to cancel, and staff decide."""

from dataclasses import replace
from datetime import datetime

import pytest

from services.tickets.domain.cancelling import (
    end_as_asked,
    has_to_ask,
    refuse_cancel,
    request_cancel,
)
from services.tickets.domain.following import follow
from services.tickets.domain.ticket import Ticket
from services.tickets.domain.verbs import IllegalStep, Verb
from shared.contracts import WorkOrderV1
from shared.contracts.dispatch import JobState, WorkOrderState
from shared.contracts.tickets import Deed
from shared.contracts.tickets import TicketState as State
from shared.contracts.words import Danger
from shared.errors import Forbidden
from tests.unit.tickets.arranging import RESIDENT, STAFF, a_job, a_ticket, after, an_order

LATER = after(hours=1)


def asked(reason: str | None = "It fixed itself") -> Ticket:
    return request_cancel(a_ticket(State.IN_PROGRESS), by=RESIDENT, at=LATER, reason=reason)


@pytest.mark.parametrize("state", list(State))
def test_a_resident_has_to_ask_while_it_is_worked_on_and_staff_never(state: State) -> None:
    ticket = a_ticket(state)

    assert has_to_ask(ticket, RESIDENT) is (state is State.IN_PROGRESS)
    assert not has_to_ask(ticket, STAFF)


def test_the_wish_is_dated_and_kept_in_the_residents_words() -> None:
    ticket = asked()

    assert (ticket.state, ticket.cancel_requested_at) == (State.IN_PROGRESS, LATER)
    assert (ticket.activities[-1].deed, ticket.activities[-1].by_staff) == (
        Deed.CANCEL_REQUESTED,
        False,
    )
    assert ticket.note is not None
    assert (ticket.note.at, ticket.note.text) == (LATER, "It fixed itself")


@pytest.mark.parametrize("reason", [None, " ", "It fixed itself", "It fixed itself "])
def test_who_asks_again_and_says_nothing_new_has_asked_already(reason: str | None) -> None:
    ticket = asked()

    assert request_cancel(ticket, by=RESIDENT, at=after(hours=2), reason=reason) is ticket


def test_what_they_say_when_they_ask_again_is_said() -> None:
    again = request_cancel(asked(None), by=RESIDENT, at=after(hours=2), reason="We are out")

    assert again.note is not None
    assert (again.cancel_requested_at, again.note.text) == (again.note.at, "We are out")
    assert [each.deed for each in again.activities] == [Deed.CANCEL_REQUESTED] * 2
    lost, _ = follow(again, GIVEN_BACK, at=after(hours=3))
    assert end_as_asked(lost, at=after(hours=3)).steps[-1].reason == "We are out"


def test_staff_refuse_what_was_asked_and_nothing_else() -> None:
    ticket = asked()

    refused = refuse_cancel(ticket, by=STAFF, at=after(hours=2), reason="The wall is open")

    assert (refused.state, refused.cancel_requested_at) == (State.IN_PROGRESS, None)
    assert refused.version == ticket.version + 1
    assert (refused.activities[-1].deed, refused.activities[-1].by_staff) == (
        Deed.CANCEL_REFUSED,
        True,
    )
    with pytest.raises(IllegalStep):
        refuse_cancel(refused, by=STAFF, at=after(hours=2), reason=None)
    with pytest.raises(Forbidden, match="Only staff refuse to cancel"):
        refuse_cancel(ticket, by=RESIDENT, at=after(hours=2), reason=None)


def test_refusing_is_a_legal_step_only_while_it_is_asked_for() -> None:
    assert Verb.REFUSE_CANCEL in asked().legal_for(STAFF)
    assert Verb.REFUSE_CANCEL not in a_ticket(State.IN_PROGRESS).legal_for(STAFF)
    assert Verb.REFUSE_CANCEL not in asked().legal_for(RESIDENT)


@pytest.mark.parametrize("end", [State.CANCELLED, State.RESOLVED])
def test_the_wish_ends_with_the_ticket(end: State) -> None:
    ticket = asked()

    ended = (
        ticket.cancel(by=STAFF, at=after(hours=2), reason="as asked")
        if end is State.CANCELLED
        else ticket.resolve(by=STAFF, at=after(hours=2), note="done already")
    )

    assert (ended.state, ended.cancel_requested_at) == (end, None)


GIVEN_BACK = an_order(
    WorkOrderState.WAITING, a_job(JobState.ACCEPTED, JobState.TRAVELLING, JobState.WAITING)
)
CALLED_AWAY = an_order(
    WorkOrderState.ACCEPTED, a_job(JobState.ACCEPTED, JobState.TRAVELLING, JobState.ACCEPTED)
)


@pytest.mark.parametrize("order", [GIVEN_BACK, CALLED_AWAY], ids=["given back", "called away"])
def test_the_wish_is_carried_out_in_the_residents_words_once_no_technician_is_under_way(
    order: WorkOrderV1,
) -> None:
    lost, _ = follow(asked(), order, at=after(hours=2))

    ended = end_as_asked(lost, at=after(hours=2))

    assert (ended.state, ended.cancel_requested_at) == (State.CANCELLED, None)
    assert (ended.steps[-1].cause, ended.steps[-1].reason) == (RESIDENT.id, "It fixed itself")
    assert (ended.activities[-1].deed, ended.activities[-1].by_staff) == (Deed.CANCELLED, False)
    assert ended.note is not None
    assert (ended.note.at, ended.note.text) == (ended.steps[-1].at, "It fixed itself")


def test_another_note_since_is_not_taken_for_the_reason_of_the_wish() -> None:
    lost, _ = follow(asked().with_note("look behind the sink"), GIVEN_BACK, at=after(hours=2))

    assert end_as_asked(lost, at=after(hours=2)).steps[-1].reason is None


@pytest.mark.parametrize("state", [State.IN_PROGRESS, State.ON_HOLD])
def test_the_wish_waits_for_staff_while_a_technician_is_under_way_or_the_work_is_held(
    state: State,
) -> None:
    ticket = asked()
    if state is State.ON_HOLD:
        ticket = ticket.step(to=state, at=after(hours=2), cause="job:1", hold="job:1")

    assert end_as_asked(ticket, at=after(hours=2)) is ticket


@pytest.mark.parametrize("found_at", [LATER, after(hours=2)])
def test_danger_that_was_found_since_they_asked_is_for_staff_to_decide(found_at: datetime) -> None:
    lost, _ = follow(asked(), GIVEN_BACK, at=after(hours=2))
    known = replace(lost, danger=(Danger(at=after(minutes=1), words=("gas",), cause="x"),))
    found = replace(lost, danger=(Danger(at=found_at, words=("gas",), cause="x"),))

    assert end_as_asked(found, at=after(hours=2)) is found
    assert end_as_asked(known, at=after(hours=2)).state is State.CANCELLED


def test_nothing_is_cancelled_that_was_not_asked_for() -> None:
    lost, _ = follow(a_ticket(State.IN_PROGRESS), GIVEN_BACK, at=after(hours=2))

    assert end_as_asked(lost, at=after(hours=2)) is lost
