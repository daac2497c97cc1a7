"""What a PATCH makes of a ticket."""

from dataclasses import replace
from typing import Any

import pytest

from services.tickets.domain.amending import (
    Amendment,
    class_anew,
    reword,
    reworded_fields,
)
from services.tickets.domain.places import Whereabouts
from services.tickets.domain.ticket import ReasonDemanded, Ticket
from services.tickets.domain.verbs import IllegalStep
from shared.auth.caller import Caller
from shared.contracts import SkillNeed
from shared.contracts.tickets import Place, Priority
from shared.contracts.tickets import TicketState as State
from shared.errors import Forbidden, Invalid
from tests.unit.tickets.arranging import RESIDENT, SITE, STAFF, a_ticket, after

TICKET = a_ticket(State.OPEN)
LATER = after(hours=1)


def reworded(ticket: Ticket = TICKET, *, by: Caller = RESIDENT, **amended: Any) -> Ticket:
    return reword(ticket, Amendment(**amended), site=SITE, by=by)


def classed(ticket: Ticket = TICKET, *, by: Caller = STAFF, **amended: Any) -> Ticket:
    return class_anew(ticket, Amendment(**amended), site=SITE, by=by, at=LATER)


def test_only_what_is_named_becomes_different() -> None:
    after_ = reworded(title="Kitchen", where=Whereabouts(unit="3-1202"))

    assert reworded_fields(TICKET, after_) == ["place", "title"]
    assert (after_.title, after_.place.unit, after_.description) == ("Kitchen", "1202", "")
    assert after_.version == TICKET.version + 1


def test_another_place_replaces_the_whole_of_it() -> None:
    there = replace(TICKET, place=Place(building="3", unit="1202", address="by the stairs"))

    assert reworded(there, where=Whereabouts(spot="lobby-3")).place.unit is None


def test_answers_say_anew_whether_more_has_to_be_known() -> None:
    lock = replace(TICKET, category="lock", needs_info=True)

    answered = reworded(lock, answers={"which_door": "the blue one"})
    unanswered = reworded(replace(lock, needs_info=False), answers={"since": "Monday"})

    assert (answered.needs_info, unanswered.needs_info) == (False, True)


def test_a_ticket_that_is_over_is_not_reworded_but_an_empty_amendment_harms_nothing() -> None:
    closed = a_ticket(State.CLOSED)

    assert reworded(closed) is closed
    with pytest.raises(IllegalStep):
        reworded(closed, title="Kitchen")


def test_a_new_category_brings_its_skills_and_leaves_the_priority() -> None:
    lift = classed(category="lift")

    assert (lift.category, lift.skills) == ("lift", (SkillNeed(code="lift"),))
    assert (lift.priority, lift.classes[-1].at) == (TICKET.priority, LATER)


def test_a_category_that_the_site_does_not_know_is_refused() -> None:
    with pytest.raises(Invalid) as refused:
        classed(category="gardening")

    assert refused.value.details == {"field": "/category"}


def test_a_new_priority_needs_a_reason() -> None:
    with pytest.raises(ReasonDemanded):
        classed(priority=Priority.LOW, reason="  ")

    assert classed(priority=Priority.LOW, reason="it can wait").priority is Priority.LOW
    assert classed(priority=TICKET.priority) is TICKET


@pytest.mark.parametrize("amended", [{"category": "lift"}, {"priority": Priority.LOW}])
def test_residents_change_neither_category_nor_priority(amended: dict[str, Any]) -> None:
    with pytest.raises(Forbidden, match="Only staff change the category or the priority"):
        classed(by=RESIDENT, **amended)


def test_a_ticket_that_is_over_is_not_classed_anew() -> None:
    with pytest.raises(IllegalStep):
        classed(a_ticket(State.RESOLVED), category="lift")
