"""A visit that staff set alone is an offer; residents agree, let it stand or cancel it."""

from dataclasses import replace
from datetime import timedelta

import pytest

from services.tickets.domain.intake import check_windows
from services.tickets.domain.joined import Joined
from services.tickets.domain.ticket import Ticket
from services.tickets.domain.verbs import ENDED, IllegalStep
from services.tickets.domain.visits import (
    NothingToConfirm,
    NoVisitAgreed,
    agree_visit,
    cancel_visit,
    confirm_visit,
)
from shared.auth.caller import Caller, Role
from shared.contracts import Window
from shared.contracts.tickets import TicketState as State
from shared.errors import Forbidden, Invalid
from shared.standing import standing_visit
from tests.unit.tickets.arranging import (
    NEIGHBOUR,
    OTHER_ID,
    RESIDENT,
    STAFF,
    a_caller,
    a_ticket,
    after,
)

START, END = after(days=3), after(days=3, hours=2)
DAY = timedelta(days=1)


def a_visit(
    *, by: Caller = STAFF, stands_after: timedelta | None = DAY, on: Ticket | None = None
) -> Ticket:
    return agree_visit(
        on or a_ticket(State.OPEN),
        by=by,
        at=after(hours=1),
        start=START,
        end=END,
        stands_after=stands_after,
    )


def test_what_staff_set_is_an_offer_that_stands_later_and_when_it_begins_at_the_latest() -> None:
    soon = a_visit(stands_after=timedelta(days=30)).appointments[-1]
    by_word_alone = a_visit(stands_after=None).appointments[-1]
    offered = a_visit().appointments[-1]

    assert (offered.proposed, offered.stands_at) == (True, after(hours=25))
    assert soon.stands_at == START
    assert (by_word_alone.proposed, by_word_alone.stands_at) == (True, None)


def test_a_visit_is_not_set_or_wished_for_further_ahead_than_a_year() -> None:
    far, ticket = after(days=367), a_ticket(State.OPEN)
    window = Window(start=far, end=far + timedelta(hours=1))

    with pytest.raises(Invalid) as visit:
        agree_visit(ticket, by=RESIDENT, at=after(), start=window.start, end=window.end)
    with pytest.raises(Invalid) as wish:
        check_windows((window,), at=after())

    assert visit.value.details["field"] == "/start"
    assert wish.value.details["field"] == "/preferred_windows/0/start"
    check_windows((window,), at=after(days=1))


@pytest.mark.parametrize(("by", "hours"), [(RESIDENT, 24), (NEIGHBOUR, 24), (STAFF, 0)])
def test_what_a_resident_set_is_agreed_and_where_the_site_says_so_what_staff_set(
    by: Caller, hours: int
) -> None:
    agreed = a_visit(by=by, stands_after=timedelta(hours=hours)).appointments[-1]

    assert (agreed.proposed, agreed.stands_at) == (False, None)


def test_the_resident_agrees_from_then_on() -> None:
    agreed = confirm_visit(a_visit(), by=RESIDENT, at=after(hours=5)).appointments

    assert [(each.at, each.by, each.proposed, each.start) for each in agreed] == [
        (after(hours=1), STAFF.id, True, START),
        (after(hours=5), RESIDENT.id, False, START),
    ]


def test_staff_do_not_agree_in_the_residents_place_and_nothing_is_agreed_twice() -> None:
    offered = a_visit()
    agreed = confirm_visit(offered, by=RESIDENT, at=after(hours=5))

    with pytest.raises(Forbidden):
        confirm_visit(offered, by=STAFF, at=after(hours=5))
    for nothing in (agreed, a_ticket(State.OPEN)):
        with pytest.raises(NothingToConfirm):
            confirm_visit(nothing, by=RESIDENT, at=after(hours=6))
    with pytest.raises(NothingToConfirm):
        confirm_visit(offered, by=RESIDENT, at=END)


@pytest.mark.parametrize("by", [RESIDENT, STAFF])
def test_a_visit_is_cancelled_and_the_ticket_goes_on(by: Caller) -> None:
    ticket = a_visit()

    off = cancel_visit(ticket, by=by, at=after(hours=5))

    assert (off.state, standing_visit(off.appointments)) == (State.OPEN, None)
    assert (off.appointments[-1].cancelled, off.appointments[-1].by) == (True, by.id)
    with pytest.raises(NoVisitAgreed):
        cancel_visit(off, by=by, at=after(hours=6))
    with pytest.raises(NothingToConfirm):
        confirm_visit(off, by=RESIDENT, at=after(hours=6))


@pytest.mark.parametrize("state", sorted(ENDED))
def test_no_visit_is_agreed_or_cancelled_about_what_has_ended(state: State) -> None:
    ticket = a_ticket(state)

    with pytest.raises(IllegalStep):
        a_visit(on=ticket)
    with pytest.raises(IllegalStep):
        confirm_visit(ticket, by=RESIDENT, at=after(hours=5))
    with pytest.raises(IllegalStep):
        cancel_visit(ticket, by=RESIDENT, at=after(hours=5))


def test_staff_who_came_along_with_a_duplicate_offer_the_flat_of_the_other_a_visit() -> None:
    at_home = a_caller(STAFF.id, Role.DISPATCHER, Role.RESIDENT)
    joined = (Joined(ticket_id=OTHER_ID, people=(STAFF.id,)),)

    offered = a_visit(by=at_home, on=replace(a_ticket(State.OPEN), joined=joined))

    assert offered.appointments[-1].proposed
    with pytest.raises(Forbidden):
        confirm_visit(offered, by=at_home, at=after(hours=2))


def test_a_visit_that_staff_set_for_their_own_report_is_a_residents_word() -> None:
    own = replace(a_ticket(State.OPEN), reporter_id=STAFF.id)

    agreed = a_visit(by=STAFF, on=own)
    off = cancel_visit(agreed, by=STAFF, at=after(hours=2))

    assert [(each.proposed, each.by_staff) for each in off.appointments] == [(False, False)] * 2
