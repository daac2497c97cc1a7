"""Whose technician is at work asks to cancel, and staff decide."""

import pytest

from services.tickets.domain.cancelling import has_to_ask, refuse_cancel, request_cancel
from services.tickets.domain.ticket import Ticket
from services.tickets.domain.verbs import IllegalStep, Verb
from shared.contracts.tickets import Deed
from shared.contracts.tickets import TicketState as State
from shared.errors import Forbidden
from tests.unit.tickets.arranging import RESIDENT, STAFF, a_ticket, after

LATER = after(hours=1)


def asked(reason: str | None = "It fixed itself") -> Ticket:
    return request_cancel(a_ticket(State.IN_PROGRESS), by=RESIDENT, at=LATER, reason=reason)


@pytest.mark.parametrize("state", list(State))
def test_a_resident_has_to_ask_while_it_is_worked_on_and_staff_never(state: State) -> None:
    ticket = a_ticket(state)

    assert has_to_ask(ticket, RESIDENT) is (state is State.IN_PROGRESS)
    assert not has_to_ask(ticket, STAFF)


def test_the_wish_is_dated_and_kept_in_the_residents_words_and_asked_once() -> None:
    ticket = asked()

    again = request_cancel(ticket, by=RESIDENT, at=after(hours=2), reason="please")

    assert (ticket.state, ticket.cancel_requested_at) == (State.IN_PROGRESS, LATER)
    assert (ticket.activities[-1].deed, ticket.activities[-1].by_staff) == (
        Deed.CANCEL_REQUESTED,
        False,
    )
    assert ticket.note is not None
    assert (ticket.note.at, ticket.note.text) == (LATER, "It fixed itself")
    assert again is ticket


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
