"""The race table, row by row, with the real rules of both: something happens at tickets while
something else happens at dispatch.

Each race is run twice: dispatch has moved on and tickets has heard of it, or has not yet.
"""

import pytest

from services.dispatch.domain.job import Job
from shared.contracts.categories import Road
from shared.contracts.dispatch import JobState, OfferState, WorkOrderState
from shared.contracts.tickets import Priority, TicketState
from tests.unit.agreement.two_services import TARGET, TwoServices

WAYS: dict[str, tuple[str, ...]] = {
    "waiting": (),
    "offered": ("offer 1.1",),
    "accepted": ("offer 1.1", "a accepts 1.1"),
    "travelling": ("offer 1.1", "a accepts 1.1", "travel 1.1"),
    "on_site": ("offer 1.1", "a accepts 1.1", "arrive 1.1"),
    "working": ("offer 1.1", "a accepts 1.1", "start 1.1"),
    "paused": ("offer 1.1", "a accepts 1.1", "start 1.1", "pause waiting_parts 1.1"),
    "completed": ("offer 1.1", "a accepts 1.1", "complete 1.1"),
}
OPEN_WAYS = [way for way in WAYS if way != "completed"]


def two_services(way: str, *, heard: bool) -> TwoServices:
    """A ticket whose job went that way at dispatch; tickets has heard of it, or not."""
    world = TwoServices()
    world.rest()
    world.do(*WAYS[way])
    if heard:
        world.rest()
    return world


def job_of(world: TwoServices, cycle: int = 1) -> Job:
    assert world.order is not None
    [job] = [job for job in world.order.jobs if job.cycle == cycle]
    return job


@pytest.mark.parametrize("heard", [True, False])
@pytest.mark.parametrize("way", OPEN_WAYS)
@pytest.mark.parametrize("what", ["staff cancel", "staff merge"])
def test_cancelled_or_merged_while_work_is_open_takes_offers_and_jobs_back(
    what: str, way: str, heard: bool
) -> None:
    world = two_services(way, heard=heard)

    world.do(what)
    world.rest()

    world.agree()
    assert world.ticket.state is TicketState.CANCELLED
    assert world.ticket.duplicate_of == (TARGET.id if what == "staff merge" else None)
    assert (job_of(world).state, job_of(world).steps[-1].reason) == (
        JobState.CANCELLED,
        "ticket_cancelled",
    )
    assert all(offer.state is not OfferState.OPEN for offer in job_of(world).offers)


@pytest.mark.parametrize("heard_between", [True, False])
@pytest.mark.parametrize("heard", [True, False])
@pytest.mark.parametrize("way", OPEN_WAYS)
def test_an_undone_merge_gets_one_new_job_whatever_became_of_the_old_one(
    way: str, heard: bool, heard_between: bool
) -> None:
    world = two_services(way, heard=heard)

    world.do("staff merge")
    if heard_between:
        world.rest()
    world.do("staff unmerge")
    world.rest()

    world.agree()
    assert (world.ticket.state, world.ticket.cycle, world.ticket.duplicate_of) == (
        TicketState.OPEN,
        2,
        None,
    )
    assert (job_of(world, 1).state, job_of(world, 2).state) == (
        JobState.CANCELLED,
        JobState.WAITING,
    )


def test_an_undone_merge_leaves_what_was_completed_meanwhile_and_gets_a_new_job() -> None:
    world = two_services("completed", heard=False)

    world.do("staff merge", "staff unmerge")
    world.rest()

    world.agree()
    assert (job_of(world, 1).state, job_of(world, 2).state) == (
        JobState.COMPLETED,
        JobState.WAITING,
    )


def test_cancelled_while_the_work_is_completed_lets_both_stand() -> None:
    world = two_services("completed", heard=False)

    world.do("staff cancel")
    world.rest()

    world.agree()
    assert (world.ticket.state, job_of(world).state) == (TicketState.CANCELLED, JobState.COMPLETED)


@pytest.mark.parametrize("heard", [True, False])
@pytest.mark.parametrize("way", OPEN_WAYS)
def test_resolved_by_staff_cancels_open_jobs_and_says_why(way: str, heard: bool) -> None:
    world = two_services(way, heard=heard)

    world.do("staff resolve")
    world.rest()

    world.agree()
    assert world.ticket.state is TicketState.RESOLVED
    assert (job_of(world).state, job_of(world).steps[-1].reason) == (
        JobState.CANCELLED,
        "ticket_resolved",
    )


@pytest.mark.parametrize("heard", [True, False])
def test_reopened_ignores_what_was_completed_in_the_old_cycle_and_gets_one_new_job(
    heard: bool,
) -> None:
    world = two_services("completed", heard=heard)
    if not heard:
        world.do("staff resolve")

    world.do("resident reopens")
    world.rest()

    world.agree()
    assert (world.ticket.state, world.ticket.cycle) == (TicketState.OPEN, 2)
    assert (job_of(world, 1).state, job_of(world, 2).state) == (
        JobState.COMPLETED,
        JobState.WAITING,
    )


@pytest.mark.parametrize("heard", [True, False])
@pytest.mark.parametrize("way", ["waiting", "offered"])
def test_held_by_staff_takes_offers_back_and_none_are_made_until_it_is_released(
    way: str, heard: bool
) -> None:
    world = two_services(way, heard=heard)

    world.do("staff hold waiting_contractor")
    world.rest()
    held = world.moves().keys()
    world.do("staff release")
    world.rest()

    world.agree()
    assert (job_of(world).state, job_of(world).open_offers) == (JobState.WAITING, ())
    assert "offer 1.1" not in held
    assert "offer 1.1" in world.moves()


@pytest.mark.parametrize("heard", [True, False])
@pytest.mark.parametrize("way", ["accepted", "travelling", "on_site", "working"])
def test_held_by_staff_lets_accepted_work_go_on_and_is_released_to_where_it_got(
    way: str, heard: bool
) -> None:
    world = two_services(way, heard=heard)

    world.do("staff hold waiting_contractor")
    world.rest()
    assert (job_of(world).state, world.ticket.state) == (JobState(way), TicketState.ON_HOLD)
    world.do("start 1.1") if way != "working" else None
    world.rest()
    world.do("staff release")
    world.rest()

    world.agree()
    assert (job_of(world).state, world.ticket.state) == (JobState.WORKING, TicketState.IN_PROGRESS)


@pytest.mark.parametrize("heard", [True, False])
@pytest.mark.parametrize("what", ["staff reclassify", "somebody amends"])
@pytest.mark.parametrize(
    ("way", "state"), [("offered", TicketState.OPEN), ("accepted", TicketState.ASSIGNED)]
)
def test_reclassified_or_amended_changes_what_is_needed_and_leaves_accepted_work_alone(
    way: str, state: TicketState, what: str, heard: bool
) -> None:
    world = two_services(way, heard=heard)

    world.do(what)
    world.rest()

    world.agree()
    assert world.order is not None
    assert (job_of(world).state, world.ticket.state) == (JobState(way), state)
    assert (world.order.need.category, world.order.need.priority) == (
        world.ticket.category,
        world.ticket.priority,
    )
    # Whose offers are withdrawn is for eligibility to say: see the component tests of dispatch.
    assert world.ticket.priority is (
        Priority.URGENT if what == "staff reclassify" else Priority.NORMAL
    )


@pytest.mark.parametrize("heard", [True, False])
def test_the_residents_answer_while_a_job_waits_for_it_sends_the_technician_on(heard: bool) -> None:
    world = two_services("working", heard=True)
    world.do("pause waiting_resident 1.1")
    world.rest()
    if not heard:
        world.do("return 1.1")

    world.do("resident answers")
    world.rest()

    world.agree()
    assert world.order is not None
    assert (world.ticket.state, world.order.state) == (
        (TicketState.ASSIGNED, WorkOrderState.ACCEPTED)
        if heard
        else (TicketState.OPEN, WorkOrderState.WAITING)
    )


@pytest.mark.parametrize("heard", [True, False])
@pytest.mark.parametrize("way", ["waiting", "offered"])
def test_turned_to_the_desk_takes_offers_back_and_ends_what_waits_until_it_is_turned_back(
    way: str, heard: bool
) -> None:
    world = two_services(way, heard=heard)

    world.do("staff turn to desk")
    world.rest()
    world.agree()
    at_desk = job_of(world)
    world.do("staff reclassify")
    world.rest()

    world.agree()
    assert (at_desk.state, at_desk.open_offers) == (JobState.CANCELLED, ())
    assert at_desk.steps[-1].reason == "ticket_at_desk"
    assert world.order is not None
    assert [(job.number, job.state) for job in world.order.jobs] == [
        (1, JobState.CANCELLED),
        (2, JobState.WAITING),
    ]


@pytest.mark.parametrize("heard", [True, False])
@pytest.mark.parametrize("way", ["accepted", "travelling", "on_site", "working", "paused"])
@pytest.mark.parametrize("what", ["return 1.1", "withdraw 1.1"])
def test_turned_to_the_desk_lets_accepted_work_go_on_until_it_is_given_up(
    what: str, way: str, heard: bool
) -> None:
    world = two_services(way, heard=heard)

    world.do("staff turn to desk")
    world.rest()
    world.agree()
    went_on = job_of(world)
    world.do(what)
    world.rest()

    world.agree()
    assert went_on.state is JobState(way)
    assert (world.ticket.state, job_of(world).state) == (TicketState.OPEN, JobState.CANCELLED)
    assert [step.state for step in job_of(world).steps[-2:]] == [
        JobState.WAITING,
        JobState.CANCELLED,
    ]


@pytest.mark.parametrize("heard", [True, False])
def test_turned_to_the_desk_is_resolved_by_work_that_was_accepted(heard: bool) -> None:
    world = two_services("working", heard=heard)

    world.do("staff turn to desk", "complete 1.1")
    world.rest()

    world.agree()
    assert (world.ticket.state, job_of(world).state) == (TicketState.RESOLVED, JobState.COMPLETED)


def test_turned_to_the_desk_makes_no_second_visit() -> None:
    world = two_services("working", heard=True)

    world.do("staff turn to desk")
    world.rest()
    world.do("follow-up 1.1")
    world.rest()

    world.agree()
    assert world.order is not None
    assert world.ticket.state is TicketState.OPEN
    assert [job.state for job in world.order.jobs] == [JobState.FOLLOW_UP, JobState.CANCELLED]


@pytest.mark.parametrize("heard", [True, False])
def test_a_ticket_of_the_desk_has_no_job_until_danger_is_written_on_it(heard: bool) -> None:
    world = TwoServices(Road.DESK)
    if heard:
        world.rest()
        world.agree()
        assert world.order is not None
        assert (world.order.jobs, world.order.state) == ((), WorkOrderState.CANCELLED)

    world.do("danger is written")
    world.rest()

    world.agree()
    assert (job_of(world).state, world.ticket.priority) == (JobState.WAITING, Priority.EMERGENCY)


def test_a_ticket_of_the_desk_that_is_reopened_or_unmerged_has_no_job() -> None:
    world = TwoServices(Road.DESK)

    for moves in (("staff merge", "staff unmerge"), ("staff resolve", "resident reopens")):
        world.do(*moves)
        world.rest()
        world.agree()

    assert world.order is not None
    assert (world.ticket.cycle, world.order.cycle, world.order.jobs) == (3, 3, ())
