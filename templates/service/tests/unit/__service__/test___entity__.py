"""The rules of one __entity__, without a database."""

from datetime import UTC, datetime, timedelta

import pytest

from services.__service__.domain.__entity__ import TicketIsOver, ask_for, become_overdue, follow_ticket
from shared.contracts import TicketV1
from shared.contracts.__service__ import __Entity__State
from shared.contracts.tickets import TicketState
from shared.errors import Invalid
from shared.ids import new_id
from tests.contract.samples import examples

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
LATER = NOON + timedelta(hours=1)


def a_ticket(state: TicketState) -> TicketV1:
    (ticket,) = (each for each in examples() if isinstance(each, TicketV1))
    return ticket.model_copy(update={"state": state})


@pytest.mark.parametrize("state", [TicketState.CLOSED, TicketState.CANCELLED])
def test_a_ticket_that_has_ended_needs_nothing(state: TicketState) -> None:
    ticket = a_ticket(state)

    with pytest.raises(TicketIsOver):
        ask_for(new_id(), ticket, text="a washer", due_at=LATER, now=NOON)


def test_nothing_can_be_asked_for_by_a_time_that_has_passed() -> None:
    ticket = a_ticket(TicketState.OPEN)

    with pytest.raises(Invalid):
        ask_for(new_id(), ticket, text="a washer", due_at=NOON, now=NOON)


@pytest.mark.parametrize(
    ("at", "state"),
    [
        (LATER - timedelta(microseconds=1), __Entity__State.OPEN),
        (LATER, __Entity__State.OVERDUE),
    ],
)
def test_it_is_overdue_from_the_instant_at_which_it_is_due(
    at: datetime, state: __Entity__State
) -> None:
    ticket = a_ticket(TicketState.OPEN)
    __entity__ = ask_for(new_id(), ticket, text="a washer", due_at=LATER, now=NOON)

    looked_at = become_overdue(__entity__, now=at)

    assert looked_at.state is state


def test_with_its_ticket_it_is_dropped_and_never_overdue_afterwards() -> None:
    ticket = a_ticket(TicketState.OPEN)
    __entity__ = ask_for(new_id(), ticket, text="a washer", due_at=LATER, now=NOON)

    dropped = follow_ticket(__entity__, a_ticket(TicketState.CANCELLED))

    assert dropped.state is __Entity__State.DROPPED
    assert become_overdue(dropped, now=LATER) == dropped
    assert follow_ticket(__entity__, ticket) == __entity__
