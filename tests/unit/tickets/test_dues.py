"""When what a ticket waits for falls due: what sla told, as its jobs and steps have ended it."""

from datetime import datetime
from typing import Any

import pytest

from services.tickets.domain.dues import Dues, dues_of, is_answered, is_over
from services.tickets.domain.held import HeldJob, HeldStep
from services.tickets.domain.ticket import Ticket
from shared.contracts.dispatch import JobState
from shared.contracts.sla import ClockKind, ClockState, ClockV1
from shared.contracts.tickets import HoldReason
from shared.contracts.tickets import TicketState as State
from tests.unit.tickets.arranging import JOB_ID, NOON, STAFF, a_ticket, after

_RESPONSE, _ARRIVAL, _RESOLUTION = after(hours=1), after(hours=2), after(hours=8)


def _clock(kind: ClockKind, due_at: datetime | None, **more: Any) -> ClockV1:
    given = {"state": ClockState.RUNNING, "started_at": NOON, **more}
    return ClockV1(kind=kind, due_at=due_at, **given)


_PROMISED = (
    _clock(ClockKind.RESPONSE, _RESPONSE),
    _clock(ClockKind.ARRIVAL, _ARRIVAL),
    _clock(ClockKind.RESOLUTION, _RESOLUTION),
)


def _job(*states: JobState) -> HeldJob:
    steps = tuple(
        HeldStep(at=after(minutes=n), state=state, technician_id="li")
        for n, state in enumerate(states, 1)
    )
    return HeldJob(id=JOB_ID, cycle=1, state=states[-1], steps=steps)


def test_all_that_runs_is_waited_for() -> None:
    dues = dues_of(a_ticket(State.OPEN), _PROMISED, ())

    assert dues == Dues(
        response_due_at=_RESPONSE, arrival_due_at=_ARRIVAL, resolution_due_at=_RESOLUTION
    )


def test_a_broken_promise_is_waited_for_until_it_is_kept_late() -> None:
    broken = _clock(ClockKind.RESPONSE, _RESPONSE, state=ClockState.BREACHED, breached_at=_RESPONSE)

    assert dues_of(a_ticket(State.OPEN), [broken], ()) == Dues(response_due_at=_RESPONSE)
    assert not dues_of(a_ticket(State.ASSIGNED), [broken], ())


@pytest.mark.parametrize(
    ("ticket", "jobs", "waits_for"),
    [
        (a_ticket(State.OPEN), [_job(JobState.WAITING, JobState.OFFERED)], {"response"}),
        (a_ticket(State.OPEN), [_job(JobState.WAITING, JobState.ACCEPTED)], set()),
        (a_ticket(State.ASSIGNED), (), set()),
    ],
)
def test_a_response_is_not_waited_for_once_a_technician_took_the_job(
    ticket: Ticket, jobs: Any, waits_for: set[str]
) -> None:
    dues = dues_of(ticket, _PROMISED, jobs)

    assert (dues.response_due_at is not None) == ("response" in waits_for)
    assert (dues.arrival_due_at, dues.resolution_due_at) == (_ARRIVAL, _RESOLUTION)


def test_an_arrival_is_not_waited_for_once_a_technician_was_there() -> None:
    job = _job(JobState.ACCEPTED, JobState.TRAVELLING, JobState.ON_SITE)

    dues = dues_of(a_ticket(State.IN_PROGRESS), _PROMISED, [job])

    assert dues == Dues(resolution_due_at=_RESOLUTION)


def test_what_waits_with_the_work_is_not_due() -> None:
    paused = _clock(ClockKind.RESOLUTION, None, state=ClockState.PAUSED)

    assert not dues_of(a_ticket(State.ON_HOLD), [paused], ())


@pytest.mark.parametrize("state", [State.RESOLVED, State.CLOSED, State.CANCELLED])
def test_of_a_ticket_that_is_done_nothing_is_waited_for(state: State) -> None:
    ticket = a_ticket(state)

    assert not dues_of(ticket, _PROMISED, ())
    assert is_over(ticket)


@pytest.mark.parametrize("state", State)
def test_a_ticket_tells_by_itself_what_it_does_not_wait_for(state: State) -> None:
    """As `dues_of` finds it, which knows the promises too."""
    ticket = a_ticket(state)

    dues = dues_of(ticket, _PROMISED, ())

    assert is_over(ticket) == (not dues)
    assert is_over(ticket) or is_answered(ticket) == (dues.response_due_at is None)


def test_a_hold_by_staff_is_no_answer() -> None:
    held = a_ticket(State.OPEN).put_on_hold(
        by=STAFF, at=after(minutes=1), reason=HoldReason.WAITING_PARTS
    )

    assert not is_answered(held)
    assert not is_over(held)
