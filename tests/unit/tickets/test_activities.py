"""What people do on a ticket is dated, with who did it; words that come with it are whole."""

from datetime import timedelta

import pytest

from services.tickets.domain.conversation import rate, urge
from services.tickets.domain.ticket import Ticket
from services.tickets.domain.visits import agree_visit
from shared.contracts.tickets import Deed, HoldReason
from shared.contracts.tickets import TicketState as State
from tests.unit.tickets.arranging import RESIDENT, STAFF, a_ticket, after

LATER = after(hours=1)
LONG = "the pipe behind the wall still drips " * 10


def last(ticket: Ticket) -> tuple[Deed, str, bool, bool]:
    activity = ticket.activities[-1]
    return activity.deed, activity.by, activity.by_staff, activity.at == LATER


def test_every_deed_of_a_person_is_an_activity() -> None:
    resolved = a_ticket(State.RESOLVED)

    assert last(urge(a_ticket(State.OPEN), by=RESIDENT, at=LATER)) == (
        Deed.URGED,
        RESIDENT.id,
        False,
        True,
    )
    assert last(urge(a_ticket(State.OPEN), by=STAFF, at=LATER)) == (
        Deed.URGED,
        STAFF.id,
        True,
        True,
    )
    assert last(a_ticket(State.OPEN).cancel(by=RESIDENT, at=LATER, reason=None))[0] is (
        Deed.CANCELLED
    )
    assert last(resolved.reopen(by=RESIDENT, at=LATER, reason=LONG))[0] is Deed.REOPENED
    rated = rate(resolved, by=RESIDENT, at=LATER, speed=1, quality=1, manner=1, text="")
    assert last(rated)[0] is Deed.RATED


def test_only_the_newest_activities_stay() -> None:
    ticket = a_ticket(State.OPEN)
    for hour in range(40):
        ticket = urge(ticket, by=RESIDENT, at=after(hours=hour))

    assert len(ticket.activities) == 30
    assert ticket.activities[-1].at == after(hours=39)


@pytest.mark.parametrize("deed", ["cancel", "reopen", "resolve"])
def test_words_that_come_with_a_step_are_whole_and_its_reason_ends_between_words(
    deed: str,
) -> None:
    ticket = {
        "cancel": lambda: a_ticket(State.OPEN).cancel(by=STAFF, at=LATER, reason=LONG),
        "reopen": lambda: a_ticket(State.RESOLVED).reopen(by=RESIDENT, at=LATER, reason=LONG),
        "resolve": lambda: a_ticket(State.OPEN).resolve(by=STAFF, at=LATER, note=LONG),
    }[deed]()

    assert ticket.note is not None
    assert (ticket.note.at, ticket.note.text) == (ticket.steps[-1].at, LONG)
    reason = ticket.steps[-1].reason or ""
    assert len(reason) <= 100
    assert LONG.startswith(reason[:-1] + " ")


def test_a_hold_has_what_staff_ask() -> None:
    ticket = a_ticket(State.OPEN)

    asked = ticket.put_on_hold(
        by=STAFF, at=LATER, reason=HoldReason.WAITING_RESIDENT, note="Which tap?"
    )
    silent = ticket.put_on_hold(by=STAFF, at=LATER, reason=HoldReason.WAITING_PARTS)

    assert asked.note is not None
    assert (asked.note.text, silent.note) == ("Which tap?", None)


def test_a_visit_says_who_agreed_on_it() -> None:
    start, end = LATER + timedelta(hours=1), LATER + timedelta(hours=2)

    by_staff, by_resident = (
        agree_visit(a_ticket(State.OPEN), by=by, at=LATER, start=start, end=end).appointments[-1]
        for by in (STAFF, RESIDENT)
    )

    assert (by_staff.by, by_staff.by_staff) == (STAFF.id, True)
    assert (by_resident.by, by_resident.by_staff) == (RESIDENT.id, False)
