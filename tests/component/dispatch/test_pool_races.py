"""Who grabs first: in the database one wins, and all others are told which.

Two instances on one database throughout.
"""

import asyncio
from collections import Counter
from datetime import datetime
from typing import Any

from shared.contracts.dispatch import JobState, OfferState
from shared.contracts.tickets import TicketState
from tests.component.dispatch.world import (
    DOUBLE_BOOKED,
    GAPS,
    a_ticket,
    decide,
    grab,
    order_of,
    put_rules,
    put_technician,
    rest,
    rows,
    said_of,
    two_instances,
)
from tests.support.component import Component, MakeComponent


async def with_a_pool(
    component: MakeComponent, *technicians: str, capacity: int = 3
) -> tuple[Component, Component]:
    first, second = await two_instances(component)
    for id in technicians:
        await put_technician(first, id, capacity=capacity)
    await put_rules(first, mode="pool")
    return first, second


async def pooled(dispatch: Component, count: int) -> list[tuple[Any, Any]]:
    """So many tickets with their jobs, all in the pool."""
    tickets = [a_ticket() for _ in range(count)]
    await dispatch.hears(*tickets)
    await rest(dispatch)
    found = []
    for ticket in tickets:
        job = (await order_of(dispatch, ticket)).jobs[0]
        assert job.pool is not None
        found.append((ticket, job.id))
    return found


async def test_of_forty_technicians_who_grab_at_once_one_wins_and_the_rest_learn_when(
    component: MakeComponent,
) -> None:
    names = [f"t{n:02}" for n in range(40)]
    first, second = await with_a_pool(component, *names)
    [(ticket, job_id)] = await pooled(first, 1)

    answers = await asyncio.gather(
        *(grab((first, second)[n % 2], name, job_id) for n, name in enumerate(names))
    )

    assert Counter(each.status_code for each in answers) == {200: 1, 409: 39}
    [job] = (await order_of(first, ticket)).jobs
    [offer] = job.offers
    for each in answers:
        if each.status_code == 409:
            assert each.json()["code"] == "not_in_pool"
            assert each.json()["state"] == "accepted"
            assert datetime.fromisoformat(each.json()["accepted_at"]) == offer.decided_at
            assert each.json()["accepted_by"] == offer.technician_id.title()
    assert await rows(first, "select technician_id from assignments") == [
        {"technician_id": job.technician_id}
    ]
    assert await said_of(first, ticket) == ["created", "pooled", "accepted"]


async def test_one_technician_who_grabs_forty_at_once_holds_what_they_can(
    component: MakeComponent,
) -> None:
    first, second = await with_a_pool(component, "li")
    jobs = await pooled(first, 40)

    answers = await asyncio.gather(
        *(grab((first, second)[n % 2], "li", job_id) for n, (_, job_id) in enumerate(jobs))
    )

    assert Counter(each.status_code for each in answers) == {200: 3, 409: 37}
    assert {each.json()["code"] for each in answers if each.status_code == 409} == {"at_capacity"}
    assert [
        row["slot"] for row in await rows(first, "select slot from assignments order by slot")
    ] == [1, 2, 3]
    assert await rows(first, DOUBLE_BOOKED) == []
    assert await rows(first, GAPS) == []


async def test_the_same_technician_who_grabs_one_job_many_times_at_once_has_it_once(
    component: MakeComponent,
) -> None:
    first, second = await with_a_pool(component, "li")
    [(ticket, job_id)] = await pooled(first, 1)

    answers = await asyncio.gather(*(grab((first, second)[n % 2], "li", job_id) for n in range(20)))

    assert {each.status_code for each in answers} == {200}
    assert len(await rows(first, "select 1 from assignments")) == 1
    assert await said_of(first, ticket) == ["created", "pooled", "accepted"]


async def test_a_mode_that_changes_while_jobs_are_grabbed_leaves_each_with_one_or_offered(
    component: MakeComponent,
) -> None:
    first, second = await with_a_pool(component, "li", "wang", "zhou", capacity=20)
    jobs = await pooled(first, 30)

    async def change() -> None:
        await put_rules(second, mode="plan")
        await rest(second)

    answers, _ = await asyncio.gather(
        asyncio.gather(
            *(
                grab((first, second)[n % 2], ("li", "wang", "zhou")[n % 3], job_id)
                for n, (_, job_id) in enumerate(jobs)
            )
        ),
        change(),
    )
    await rest(first)

    assert {each.status_code for each in answers} <= {200, 409}
    for (ticket, _), each in zip(jobs, answers, strict=True):
        [job] = (await order_of(first, ticket)).jobs
        taken = job.state is JobState.ACCEPTED
        assert taken == (each.status_code == 200), each.text
        if not taken:
            assert each.json()["code"] == "not_in_pool"
            assert job.state is JobState.OFFERED
        said = await said_of(first, ticket)
        assert said == ["created", "pooled", "accepted" if taken else "offered"]
    assert await rows(first, DOUBLE_BOOKED) == []
    assert await rows(first, GAPS) == []


async def test_cancelling_against_grabbing_always_ends_without_a_job_in_any_hands(
    component: MakeComponent,
) -> None:
    first, second = await with_a_pool(component, "li", capacity=50)
    ends: Counter[int] = Counter()
    for _ in range(6):
        jobs = await pooled(first, 20)

        answers, *_ = await asyncio.gather(
            asyncio.gather(*(grab(first, "li", job_id) for _, job_id in jobs)),
            *(
                second.hears(a_ticket(TicketState.CANCELLED, id=ticket.id, version=2))
                for ticket, _ in reversed(jobs)
            ),
        )

        ends.update(each.status_code for each in answers)
        assert {each.status_code for each in answers} <= {200, 409}
        assert await rows(first, "select 1 from jobs where state <> 'cancelled'") == []
        assert await rows(first, "select 1 from assignments where ended_at is null") == []
    assert await rows(first, GAPS) == []
    assert ends.total() == 120


async def test_a_dispatcher_who_assigns_while_it_is_grabbed_is_first_or_is_told(
    component: MakeComponent,
) -> None:
    first, second = await with_a_pool(component, "li", "wang", capacity=50)
    jobs = await pooled(first, 20)

    grabbed, assigned = await asyncio.gather(
        asyncio.gather(*(grab(first, "li", job_id) for _, job_id in jobs)),
        asyncio.gather(
            *(decide(second, job_id, "assign", technician_id="wang") for _, job_id in jobs)
        ),
    )

    for (ticket, _), mine, theirs in zip(jobs, grabbed, assigned, strict=True):
        [job] = (await order_of(first, ticket)).jobs
        if mine.status_code == 200:
            assert (theirs.status_code, theirs.json()["code"]) == (409, "illegal_step")
            assert (job.state, job.technician_id) == (JobState.ACCEPTED, "li")
        else:
            assert (mine.status_code, mine.json()["code"]) == (409, "not_in_pool"), mine.text
            assert (theirs.status_code, job.state) == (200, JobState.OFFERED)
            assert [each.technician_id for each in job.offers] == ["wang"]
    assert await rows(first, DOUBLE_BOOKED) == []
    assert await rows(first, GAPS) == []


async def test_a_turn_that_ends_the_pool_while_it_is_grabbed_offers_what_is_left(
    component: MakeComponent,
) -> None:
    first, second = await with_a_pool(component, "li", "wang", capacity=50)
    jobs = await pooled(first, 20)
    second.clock.set(first.clock.now())
    second.clock.move(minutes=10)

    grabbed, _ = await asyncio.gather(
        asyncio.gather(*(grab(first, "li", job_id) for _, job_id in jobs)), rest(second)
    )

    for (ticket, _), mine in zip(jobs, grabbed, strict=True):
        [job] = (await order_of(first, ticket)).jobs
        if mine.status_code == 200:
            assert (job.state, job.technician_id) == (JobState.ACCEPTED, "li")
        else:
            assert (mine.json()["code"], job.state) == ("not_in_pool", JobState.OFFERED)
            assert [each.state for each in job.offers] == [OfferState.OPEN]
    assert await rows(first, DOUBLE_BOOKED) == []
