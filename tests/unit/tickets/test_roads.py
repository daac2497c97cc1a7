"""Which road a ticket takes: by its category, by words of danger, by what staff decide."""

from dataclasses import replace
from typing import Any

import pytest

from services.tickets.domain.amending import Amendment, class_anew
from services.tickets.domain.danger.heeding import heed
from services.tickets.domain.following import follow
from services.tickets.domain.intake import Report, open_ticket_for
from services.tickets.domain.ticket import Ticket
from shared.contracts.categories import Nature, Road
from shared.contracts.dispatch import JobState, WorkOrderState
from shared.contracts.tickets import HoldReason, Priority
from shared.contracts.tickets import TicketState as State
from tests.unit.tickets.arranging import (
    NOON,
    RESIDENT,
    SITE,
    STAFF,
    TICKET_ID,
    a_job,
    after,
    an_order,
)

LATER = after(hours=1)


def opened(category: str = "complaint", **said: Any) -> Ticket:
    return open_ticket_for(
        Report(site_id="demo", category=category, **said),
        SITE,
        by=RESIDENT.id,
        id=TICKET_ID,
        reference="DEMO-1001-A",
        at=NOON,
    ).ticket


def classed(ticket: Ticket, **amended: Any) -> Ticket:
    return class_anew(ticket, Amendment(**amended), site=SITE, by=STAFF, at=LATER)


def heeded(ticket: Ticket, *, raises: bool = True) -> Ticket:
    return heed(ticket, ("燃气",), at=LATER, cause=RESIDENT.id, raises=raises)


def roads(ticket: Ticket) -> list[Road]:
    assert ticket.classes[-1].road is ticket.road
    assert ticket.classes[-1].nature is ticket.nature
    return [each.road for each in ticket.classes]


COMPLAINT = opened(description="保安态度不好")
FAULT = opened("plumbing", description="水管滴水")
EMERGENCY = heeded(COMPLAINT)


def test_a_ticket_has_the_nature_and_the_road_of_its_category() -> None:
    assert (COMPLAINT.nature, roads(COMPLAINT)) == (Nature.COMPLAINT, [Road.DESK])
    assert (FAULT.nature, roads(FAULT)) == (Nature.FAULT, [Road.DISPATCH])


def test_a_category_that_no_one_knows_is_a_fault_for_technicians() -> None:
    other = opened("grumble")

    assert (other.category, other.nature, other.road) == ("other", Nature.FAULT, Road.DISPATCH)


@pytest.mark.parametrize("said", [{"title": "楼道有燃气味"}, {"answers": {"where": "gas leak"}}])
def test_a_complaint_that_smells_of_gas_goes_to_technicians_at_once(said: dict[str, Any]) -> None:
    ticket = opened(**said)

    assert (ticket.nature, ticket.priority) == (Nature.COMPLAINT, Priority.EMERGENCY)
    assert roads(ticket) == [Road.DISPATCH]


def test_danger_that_is_written_later_sends_it_to_technicians() -> None:
    assert (EMERGENCY.nature, EMERGENCY.priority) == (Nature.COMPLAINT, Priority.EMERGENCY)
    assert roads(EMERGENCY) == [Road.DESK, Road.DISPATCH]
    assert EMERGENCY.classes[-1].at == LATER


def test_danger_sends_what_was_an_emergency_at_the_desk_to_technicians() -> None:
    urgent = opened(priority=Priority.EMERGENCY)

    assert roads(urgent) == [Road.DESK]
    assert roads(heeded(urgent)) == [Road.DESK, Road.DISPATCH]
    assert roads(heeded(urgent, raises=False)) == [Road.DESK, Road.DISPATCH]


def test_danger_stays_at_the_desk_where_staff_set_another_priority_along_with_it() -> None:
    ticket = heeded(COMPLAINT, raises=False)

    assert (ticket.priority, roads(ticket)) == (Priority.NORMAL, [Road.DESK])


def test_a_cancelled_complaint_goes_nowhere() -> None:
    cancelled = heeded(COMPLAINT.cancel(by=RESIDENT, at=LATER, reason=None))

    assert (cancelled.priority, roads(cancelled)) == (Priority.NORMAL, [Road.DESK])


@pytest.mark.parametrize("category", ["complaint", "praise"])
def test_no_category_keeps_an_emergency_with_words_of_danger_from_technicians(
    category: str,
) -> None:
    praise = classed(EMERGENCY, category=category)

    assert (praise.priority, praise.road) == (Priority.EMERGENCY, Road.DISPATCH)


def test_staff_who_lower_it_give_it_back_to_the_desk() -> None:
    lowered = classed(EMERGENCY, priority=Priority.NORMAL, reason="the smell was paint")

    assert roads(lowered) == [Road.DESK, Road.DISPATCH, Road.DESK]
    assert roads(classed(lowered, priority=Priority.LOW, reason="later"))[-1] is Road.DESK


def test_a_fault_that_staff_lower_stays_with_technicians() -> None:
    lowered = classed(heeded(FAULT), priority=Priority.LOW, reason="a drill")

    assert set(roads(lowered)) == {Road.DISPATCH}


def test_another_category_turns_it_to_the_desk_and_back() -> None:
    complaint = classed(FAULT, category="complaint")
    back = classed(complaint, category="plumbing")

    assert (complaint.nature, complaint.skills) == (Nature.COMPLAINT, ())
    assert [skill.code for skill in back.skills] == ["plumbing"]
    assert roads(back) == [Road.DISPATCH, Road.DESK, Road.DISPATCH]


def test_a_category_that_the_site_has_given_up_leaves_the_road_as_it_is() -> None:
    gone = replace(SITE, categories=())

    lowered = class_anew(
        EMERGENCY, Amendment(priority=Priority.LOW, reason="x"), site=gone, by=STAFF, at=LATER
    )

    assert lowered.road is Road.DISPATCH


def at_work(*states: JobState) -> Ticket:
    """A ticket that was turned to the desk when a technician had come so far."""
    way = (JobState.WAITING, JobState.OFFERED, JobState.ACCEPTED, *states)
    state = WorkOrderState(way[-1].value)
    taken, _ = follow(FAULT, an_order(state, a_job(*way)), at=after(minutes=40))
    return classed(taken, category="complaint")


@pytest.mark.parametrize(
    "states",
    [
        (),
        (JobState.TRAVELLING,),
        (JobState.TRAVELLING, JobState.ON_SITE, JobState.WORKING),
        (JobState.TRAVELLING, JobState.ON_SITE, JobState.WORKING, JobState.PAUSED),
    ],
)
def test_a_ticket_of_the_desk_whose_technician_gives_up_is_open_there(
    states: tuple[JobState, ...],
) -> None:
    ticket = at_work(*states)
    taken = a_job(JobState.WAITING, JobState.OFFERED, JobState.ACCEPTED, *states)
    given_up = a_job(JobState.WAITING, JobState.CANCELLED, at=after(hours=2), reason="ill")
    given_back = given_up.model_copy(update={"steps": (*taken.steps, *given_up.steps)})

    after_, happenings = follow(
        ticket, an_order(WorkOrderState.CANCELLED, given_back, version=3), at=after(hours=2)
    )

    assert (after_.state, after_.steps[-1].at) == (State.OPEN, after(hours=2, minutes=-1))
    name = "released" if JobState.PAUSED in states else "unassigned"
    assert [happening.name for happening in happenings] == [name]


def test_that_no_job_is_made_changes_nothing_of_a_ticket_of_the_desk() -> None:
    nothing = an_order(WorkOrderState.CANCELLED, version=1)
    held = COMPLAINT.put_on_hold(by=STAFF, at=LATER, reason=HoldReason.WAITING_RESIDENT)

    for ticket in (COMPLAINT, held, COMPLAINT.resolve(by=STAFF, at=LATER, note="told")):
        followed, happenings = follow(ticket, nothing, at=LATER)

        assert (followed.state, followed.version, happenings) == (ticket.state, ticket.version, ())


def test_that_no_job_was_made_is_old_news_to_a_ticket_for_technicians() -> None:
    sent = classed(COMPLAINT, category="plumbing")

    followed, happenings = follow(sent, an_order(WorkOrderState.CANCELLED, version=1), at=LATER)

    assert (followed.state, happenings) == (State.OPEN, ())
