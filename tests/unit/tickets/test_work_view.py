"""Who comes, when, and by when it was promised."""

from typing import Any

import pytest

from services.tickets.domain.held import HeldWork
from services.tickets.domain.work_view import due_views, first_name, technician_of, work_view
from shared.contracts import ClocksV1, TechnicianV1
from shared.contracts.dispatch import Barred, JobState, JobV1, WorkOrderState
from shared.contracts.sla import ClockKind, ClockState, ClockV1
from shared.contracts.tickets import TicketState as State
from tests.unit.tickets.arranging import JOB_ID, NOON, TICKET_ID, a_job, a_ticket, after, an_order

MARIA = TechnicianV1(id="tech-1", version=1, site_id="demo", name="Maria Lopez", sites=("demo",))


def held(state: WorkOrderState, *jobs: JobV1, **more: Any) -> HeldWork:
    return HeldWork.model_validate(an_order(state, *jobs).model_copy(update=more))


ACCEPTED = held(WorkOrderState.ACCEPTED, a_job(JobState.WAITING, JobState.ACCEPTED))


def test_the_view_names_the_technician_by_first_name() -> None:
    view = work_view(ACCEPTED, MARIA)

    assert view is not None
    assert (view.state, view.job_id, view.job_state, view.technician) == (
        "accepted",
        str(JOB_ID),
        "accepted",
        "Maria",
    )
    assert technician_of(ACCEPTED) == "tech-1"


def test_a_technician_nobody_heard_of_yet_has_no_name() -> None:
    view = work_view(ACCEPTED, None)

    assert view is not None
    assert (view.technician_id, view.technician) == ("tech-1", None)


def test_without_a_work_order_there_is_no_view() -> None:
    assert work_view(None, None) is None
    assert technician_of(None) is None
    assert due_views(None, a_ticket(State.OPEN), None) == ()


def test_a_work_order_without_jobs_still_says_its_state() -> None:
    view = work_view(held(WorkOrderState.CANCELLED), None)

    assert view is not None
    assert (view.state, view.job_id) == ("cancelled", None)


def test_a_job_that_no_technician_can_take_says_since_when_and_why() -> None:
    barred = (Barred(technician_id="tech-1", codes=("lacks_skill",)),)
    waits = WorkOrderState.WAITING, a_job(JobState.WAITING)

    view = work_view(held(*waits, unassignable_at=NOON, unassignable=barred), None)
    might = work_view(held(*waits), None)

    assert view is not None
    assert might is not None
    assert (view.unassignable_at, view.unassignable) == (NOON, barred)
    assert (might.unassignable_at, might.unassignable) == (None, ())


def test_a_second_visit_is_shown_before_the_first() -> None:
    first = a_job(JobState.WORKING, JobState.FOLLOW_UP)
    second = a_job(JobState.WAITING).model_copy(update={"id": TICKET_ID})

    view = work_view(held(WorkOrderState.WAITING, first, second), MARIA)

    assert view is not None
    assert (view.job_id, view.technician) == (str(TICKET_ID), None)


@pytest.mark.parametrize(
    ("name", "called"),
    [
        ("Maria Lopez", "Maria"),
        ("王建国", "王师傅"),
        ("李师傅", "李师傅"),
        ("Li", "Li"),
        ("", ""),
        ("  Ann  Lee ", "Ann"),
        ("陈工", "陈工"),
    ],
)
def test_residents_learn_a_name_to_call_nobodys_whole_one(name: str, called: str) -> None:
    assert first_name(name) == called


def test_due_times_say_whether_they_were_kept() -> None:
    clocks = ClocksV1(
        id=TICKET_ID,
        version=3,
        site_id="demo",
        policy_id="default",
        policy_version=1,
        clocks=(
            ClockV1(
                kind=ClockKind.RESPONSE,
                state=ClockState.MET,
                started_at=NOON,
                due_at=after(hours=1),
                stopped_at=after(minutes=5),
            ),
            ClockV1(
                kind=ClockKind.ARRIVAL,
                state=ClockState.BREACHED,
                started_at=NOON,
                due_at=after(hours=2),
                breached_at=after(hours=2),
            ),
        ),
    )

    views = due_views(clocks, a_ticket(State.ASSIGNED), ACCEPTED)

    assert [(view.kind, view.state, view.breached) for view in views] == [
        ("response", "met", False),
        ("arrival", "breached", True),
    ]
