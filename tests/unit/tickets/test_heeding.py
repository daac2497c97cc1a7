"""What words of danger make of a ticket."""

from dataclasses import replace

import pytest

from services.tickets.domain.danger.heeding import heed, known_words, reasons_given
from services.tickets.domain.limits import MAX_BYTES, MAX_CLASSES
from services.tickets.domain.ticket import Ticket
from shared.contracts.dispatch import JobState, OfferState, OfferV1, WorkOrderState
from shared.contracts.tickets import Classing, Place, Priority
from shared.contracts.tickets import TicketState as State
from shared.contracts.words import Danger
from shared.ids import new_id
from tests.unit.tickets.arranging import (
    JOB_ID,
    RESIDENT,
    SITE,
    a_job,
    a_ticket,
    after,
    an_order,
)

TICKET = a_ticket(State.OPEN)
LATER = after(hours=1)


def heeded(ticket: Ticket = TICKET, *words: str, raises: bool = True) -> Ticket:
    return heed(ticket, words or ("着火",), at=LATER, cause=RESIDENT.id, raises=raises)


def test_new_words_are_noted_and_raise_the_priority_in_one_version() -> None:
    ticket = heeded(TICKET, "着火", "冒烟")

    assert ticket.danger == (Danger(at=LATER, words=("着火", "冒烟"), cause=RESIDENT.id),)
    assert (ticket.priority, ticket.classes[-1].at) == (Priority.EMERGENCY, LATER)
    assert (ticket.version, ticket.entries) == (TICKET.version + 1, TICKET.entries + 1)


def test_an_emergency_notes_what_is_new_and_stays_one() -> None:
    emergency = replace(TICKET, priority=Priority.EMERGENCY)

    ticket = heeded(emergency)

    assert (len(ticket.danger), ticket.classes) == (1, TICKET.classes)


def test_where_staff_set_the_priority_words_are_noted_alone() -> None:
    ticket = heeded(raises=False)

    assert (ticket.priority, len(ticket.danger)) == (TICKET.priority, 1)


@pytest.mark.parametrize("state", [State.RESOLVED, State.CLOSED])
def test_a_ticket_that_may_be_reopened_rises_too_and_a_cancelled_one_does_not(state: State) -> None:
    assert heeded(a_ticket(state)).priority is Priority.EMERGENCY

    cancelled = heeded(a_ticket(State.CANCELLED))
    assert (cancelled.priority, len(cancelled.danger)) == (Priority.NORMAL, 1)


def test_what_is_known_is_what_was_found_and_what_stands_on_the_ticket() -> None:
    ticket = replace(
        heeded(),
        title="no water",
        description="水管爆了",
        answers={"since": "漏电"},
        place=Place(address="the burst pipe"),
    )

    assert known_words(ticket, SITE) == {"着火", "爆管", "漏电", "flooding"}
    assert known_words(replace(ticket, channel="import"), SITE) == {"着火", "爆管", "flooding"}


def test_why_technicians_do_not_go_on_is_read_each_reason_once() -> None:
    declined = OfferV1(
        id=new_id(),
        technician_id="tech-2",
        state=OfferState.DECLINED,
        offered_at=after(),
        expires_at=after(minutes=3),
        reason="gas on the stairs",
    )
    seen = an_order(
        WorkOrderState.WAITING,
        a_job(JobState.ACCEPTED, JobState.FOLLOW_UP, reason="sparks"),
        a_job(JobState.WAITING, JobState.WAITING, reason="smoke", offers=(declined,)),
        a_job(JobState.WAITING, reason="earlier", cycle=0),
    )

    assert [reason for _, reason in reasons_given(seen)] == ["sparks", "smoke", "gas on the stairs"]
    assert {cause for cause, _ in reasons_given(seen)} == {f"job:{JOB_ID}"}


def test_no_words_change_nothing() -> None:
    assert heed(TICKET, (), at=LATER, cause=RESIDENT.id) is TICKET


def test_a_ticket_takes_twenty_words_and_none_when_it_is_full() -> None:
    many = heeded(TICKET, *(f"word {n}" for n in range(30)))
    full = replace(TICKET, description="x" * MAX_BYTES)

    assert len(many.danger[0].words) == 20
    assert heeded(many) is many
    assert heeded(full) is full


def test_a_ticket_that_was_classed_too_often_notes_the_words() -> None:
    classing = Classing(at=after(), category="plumbing", priority=Priority.NORMAL)
    often = replace(TICKET, classes=(classing,) * MAX_CLASSES)

    ticket = heeded(often)

    assert (len(ticket.danger), len(ticket.classes)) == (1, MAX_CLASSES)
    assert ticket.priority is Priority.NORMAL
