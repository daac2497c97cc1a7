"""Steps that a phone without signal tells later: dated as the site's rules have it."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

from shared.contracts import TicketV1
from shared.contracts.dispatch import JobState, JobStep
from tests.component.dispatch.world import (
    a_ticket,
    offered_and_accepted,
    order_of,
    put_rules,
    put_technician,
    work,
)
from tests.support.clocks import SettableClock
from tests.support.component import Component, MakeComponent
from tests.support.tables import exported

_DAY_S = 86_400


@dataclass(frozen=True, kw_only=True)
class _Job:
    """A job in the hands of li since `start`, 50 minutes ago."""

    id: UUID
    dispatch: Component
    ticket: TicketV1
    clock: SettableClock
    start: datetime

    async def step(self, verb: str, minute: float, ahead_s: int | None = 0, **more: Any) -> Any:
        """Take a step, as a phone that is so far ahead says of that minute since the start."""
        said_at = self.minute(minute) + timedelta(seconds=ahead_s or 0)
        body = {"said_at": said_at.isoformat(), **more}
        if ahead_s is not None:
            body["phone_ahead_s"] = ahead_s
        return await work(self.dispatch, "li", self.id, verb, **body)

    def minute(self, minute: float) -> datetime:
        return self.start + timedelta(minutes=minute)

    async def steps(self) -> tuple[JobStep, ...]:
        return (await order_of(self.dispatch, self.ticket)).jobs[0].steps


async def _taken(component: MakeComponent, *, trusts_phones: bool = True) -> _Job:
    start = datetime.now(UTC)
    clock = SettableClock(start)
    dispatch = await component("dispatch", clock=clock)
    await put_technician(dispatch, "li")
    await put_rules(dispatch, trusts_phones=trusts_phones)
    ticket = a_ticket(at=start)
    job_id, _ = await offered_and_accepted(dispatch, ticket)
    clock.move(minutes=50)
    return _Job(id=job_id, dispatch=dispatch, ticket=ticket, clock=clock, start=start)


async def test_where_phones_are_not_trusted_a_step_counts_from_when_it_was_told(
    component: MakeComponent,
) -> None:
    job = await _taken(component, trusts_phones=False)

    answer = await job.step("arrive", 20)

    assert answer.status_code == 200, answer.text
    step = (await job.steps())[-1]
    assert (step.at, step.said_at, step.received_at) == (job.clock.now(), job.minute(20), None)


async def test_where_phones_are_trusted_a_step_counts_from_when_it_was_taken(
    component: MakeComponent,
) -> None:
    job = await _taken(component)

    await job.step("arrive", 20, ahead_s=_DAY_S)
    await job.step("start", 25, ahead_s=-_DAY_S)
    done = await job.step("complete", 45, minutes=20)

    assert done.status_code == 200, done.text
    steps = {step.state: step for step in await job.steps()}
    said = [steps[state] for state in (JobState.ON_SITE, JobState.WORKING, JobState.COMPLETED)]
    assert [step.at for step in said] == [job.minute(20), job.minute(25), job.minute(45)]
    assert [step.said_at for step in said] == [
        job.minute(20) + timedelta(days=1),
        job.minute(25) - timedelta(days=1),
        job.minute(45),
    ]
    assert {step.received_at for step in said} == {job.clock.now()}
    assert done.json()["steps"][-1]["received_at"] is not None
    [line] = await exported(job.dispatch, "jobs")
    assert [
        datetime.fromisoformat(line[name])
        for name in ("arrived_at", "arrived_said_at", "completed_at", "completed_said_at")
    ] == [said[0].at, said[0].said_at, said[2].at, said[2].said_at]


async def test_no_step_counts_from_before_the_last_one_or_after_now(
    component: MakeComponent,
) -> None:
    job = await _taken(component)
    *_, accepted = await job.steps()

    await job.step("travel", -600)
    await job.step("arrive", 600)

    *_, travelled, arrived = await job.steps()
    assert (travelled.at, arrived.at) == (accepted.at, job.clock.now())


async def test_a_phone_that_was_never_compared_is_not_trusted(component: MakeComponent) -> None:
    job = await _taken(component)

    await job.step("arrive", 20, ahead_s=None)

    assert (await job.steps())[-1].at == job.clock.now()


async def test_what_others_wait_for_counts_from_when_it_was_told(component: MakeComponent) -> None:
    job = await _taken(component)

    await job.step("return", 20, reason="wrong parts")

    step = (await job.steps())[-1]
    assert (step.state, step.at) == (JobState.WAITING, job.clock.now())
    assert step.said_at == job.minute(20)


async def test_a_step_told_again_keeps_what_was_said_first(component: MakeComponent) -> None:
    job = await _taken(component)

    await job.step("arrive", 20)
    again = await job.step("arrive", 40)

    assert again.status_code == 200, again.text
    assert (await job.steps())[-1].said_at == job.minute(20)


async def test_what_no_phone_can_mean_is_refused(component: MakeComponent) -> None:
    job = await _taken(component)

    for body in (
        {"said_at": "1970-01-01T00:00:00Z"},
        {"said_at": "yesterday"},
        {"said_at": job.start.isoformat(), "phone_ahead_s": 10**12},
    ):
        answer = await work(job.dispatch, "li", job.id, "arrive", **body)
        assert answer.status_code == 422, answer.text
