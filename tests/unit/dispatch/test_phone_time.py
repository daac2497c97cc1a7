"""When a step is dated of which a phone said the time."""

from datetime import timedelta

import pytest

from services.dispatch import events
from services.dispatch.domain import job_steps
from services.dispatch.domain.job import Job, Said
from services.dispatch.domain.job_steps import Verb
from services.dispatch.domain.phone_time import PhoneTime
from services.dispatch.domain.work_order import WorkOrder
from shared.contracts.dispatch import JobState
from tests.unit.dispatch.arranging import LI, NOON, after
from tests.unit.dispatch.test_job_steps import JOB_ID, in_state

HOUR = timedelta(hours=1)
DAY = timedelta(days=1)


@pytest.mark.parametrize(
    ("said_at", "ahead", "dated"),
    [
        (after(hours=-1), timedelta(0), after(hours=-1)),
        (after(hours=-1), timedelta(minutes=-5), after(minutes=-55)),
        (after(hours=23), DAY, after(hours=-1)),
        (after(hours=-25), -DAY, after(hours=-1)),
        (after(minutes=5), timedelta(0), NOON),
        (after(hours=-1), None, NOON),
    ],
)
def test_a_trusted_phone_is_corrected_and_never_ahead_of_now(
    said_at: object, ahead: timedelta | None, dated: object
) -> None:
    said = PhoneTime(said_at=said_at, ahead=ahead)  # type: ignore[arg-type]

    assert said.dated(now=NOON, trusted=True) == dated
    assert said.dated(now=NOON, trusted=False) == NOON


def test_no_step_is_dated_before_the_last_one() -> None:
    order = in_state(JobState.TRAVELLING)
    travelled_at = order.job(JOB_ID).steps[-1].at

    arrived = job_steps.step_along(order, JOB_ID, Verb.ARRIVE, by=LI, at=travelled_at - HOUR)

    assert arrived.job(JOB_ID).steps[-1].at == travelled_at


def test_what_a_phone_said_is_kept_with_its_step_and_told() -> None:
    job = _arrived(at=after(hours=1)).job(JOB_ID).said(after(hours=25), received_at=after(hours=2))

    order = _arrived(at=after(hours=1)).changed(job)
    told = events.snapshot(order).jobs[0].steps[-1]

    assert job.steps[-1].said == Said(at=after(hours=25), received_at=after(hours=2))
    assert (told.at, told.said_at, told.received_at) == (
        after(hours=1),
        after(hours=25),
        after(hours=2),
    )
    assert all(step.said is None for step in job.steps[:-1])


def test_what_was_told_at_once_was_not_received_later() -> None:
    job = _arrived(at=after(hours=2)).job(JOB_ID).said(after(hours=2), received_at=after(hours=2))

    assert job.steps[-1].said == Said(at=after(hours=2))


def test_a_very_long_history_leaves_out_what_phones_said() -> None:
    order = _arrived(at=after(hours=1))
    job = order.job(JOB_ID).said(after(hours=1), received_at=after(hours=2))
    order = order.changed(_walked_to_and_fro(job, times=400))

    steps = events.snapshot(order).jobs[0].steps

    assert len(steps) == len(order.job(JOB_ID).steps)
    assert {step.said_at for step in steps} == {None}


def _arrived(*, at: object) -> WorkOrder:
    return job_steps.step_along(
        in_state(JobState.TRAVELLING),
        JOB_ID,
        Verb.ARRIVE,
        by=LI,
        at=at,  # type: ignore[arg-type]
    )


def _walked_to_and_fro(job: Job, *, times: int) -> Job:
    for n in range(times):
        to = JobState.PAUSED if n % 2 else JobState.WORKING
        at = after(hours=2, minutes=n)
        job = job.stepped(to, at=at, by=LI, reason="waiting for the resident to come home" * 3)
        job = job.said(at, received_at=at + HOUR)
    return job
