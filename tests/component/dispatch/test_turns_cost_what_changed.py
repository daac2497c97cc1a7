"""What a turn reads and decides: what changed at its site, however much waits there."""

import asyncio
from collections import Counter

from sqlalchemy import text

from services.dispatch.actions import hand_out as handing_out
from shared.contracts.dispatch import JobState
from shared.contracts.tickets import Priority
from shared.ids import new_id
from tests.component.dispatch.world import (
    HAND_OUT,
    OFFERS,
    a_ticket,
    age_offers,
    facts_of,
    offered_and_accepted,
    order_of,
    put_rules,
    put_technician,
    rest,
    rows,
    said_of,
    somebody_waits,
    work,
)
from tests.support.component import Component, MakeComponent
from tests.support.eventually import eventually
from tests.support.statements import statements_of

LOOKS_LEFT = (
    "select count(*) as n from planning_queue where version is null or at <= clock_timestamp()"
)


async def a_backlog(dispatch: Component, jobs: int) -> None:
    """One plumber whose hands are full, and jobs that wait for them."""
    await put_technician(dispatch, "li", capacity=1)
    await offered_and_accepted(dispatch, a_ticket())
    await dispatch.hears(*[a_ticket() for _ in range(jobs)])
    await rest(dispatch)


async def test_new_work_of_another_trade_is_offered_at_once_though_something_waits(
    component: MakeComponent,
) -> None:
    dispatch = await component("dispatch")
    await put_technician(dispatch, "zhou", skills=[{"code": "lock"}])
    await a_backlog(dispatch, 3)
    lock, plumbing = a_ticket(category="lock"), a_ticket()

    await dispatch.hears(lock, plumbing)

    assert (await facts_of(dispatch, lock), await facts_of(dispatch, plumbing)) == (
        [["created", "offered"]],
        [["created"]],
    )
    # the other waits for the plumber's hands, and that is known already
    assert await dispatch.runs_due(HAND_OUT) == 0


async def test_new_work_does_not_overtake_what_waits_for_a_technician_who_just_came(
    component: MakeComponent,
) -> None:
    dispatch = await component("dispatch")
    await a_backlog(dispatch, 1)
    await put_technician(dispatch, "wang", capacity=1)  # not looked at yet

    newcomer = a_ticket()
    await dispatch.hears(newcomer)
    await rest(dispatch)

    assert await said_of(dispatch, newcomer) == ["created"]
    assert await rows(
        dispatch, "select count(*) as n from offers where technician_id = 'wang' and state = 'open'"
    ) == [{"n": 1}]


async def test_a_turn_for_a_technician_reads_no_job_that_they_cannot_do(
    component: MakeComponent,
) -> None:
    dispatch = await component("dispatch")
    await a_backlog(dispatch, 3)
    await put_technician(dispatch, "zhou", skills=[{"code": "lock"}])
    before = await rows(
        dispatch, "select id, at from planning_queue where job_id is not null order by id"
    )

    assert await dispatch.runs_due(HAND_OUT) == 1

    assert await rows(dispatch, "select id, at from planning_queue order by id") == before
    assert await rows(dispatch, LOOKS_LEFT) == [{"n": 0}]


async def test_a_look_that_helps_no_job_is_not_repeated_until_something_changes(
    component: MakeComponent,
) -> None:
    dispatch = await component("dispatch")
    await a_backlog(dispatch, 3)

    await put_technician(dispatch, "zhou", skills=[{"code": "lock"}])
    first = await dispatch.runs_due(HAND_OUT)
    again = await dispatch.runs_due(HAND_OUT)
    await put_technician(dispatch, "zhou", skills=[{"code": "lock"}, {"code": "plumbing"}])
    changed = await dispatch.runs_due(HAND_OUT)

    assert (first, again) == (1, 0)
    assert changed > 0
    assert await rows(
        dispatch, "select count(*) as n from offers where technician_id = 'zhou' and state = 'open'"
    ) == [{"n": 3}]


async def test_as_many_statements_are_sent_however_much_waits(component: MakeComponent) -> None:
    dispatch = await component("dispatch")
    await a_backlog(dispatch, 3)
    counts: list[int] = []
    for more in (0, 150):
        await dispatch.hears(*[a_ticket() for _ in range(more)])
        await rest(dispatch)
        await put_technician(
            dispatch, "zhou", capacity=1, skills=[{"code": "lock", "level": 1 + len(counts)}]
        )
        with statements_of(dispatch.database) as sent:
            await dispatch.hears(a_ticket())
            assert await dispatch.runs_due(HAND_OUT) == 1
        counts.append(len(sent))

    assert counts[0] == counts[1]


async def test_a_technician_barred_from_more_jobs_than_fit_into_a_turn_gets_the_one_behind_them(
    component: MakeComponent,
) -> None:
    dispatch = await component("dispatch")
    await put_rules(dispatch, cooling_down_s=7200)
    await a_backlog(dispatch, 120)
    behind = a_ticket(priority=Priority.LOW)
    await dispatch.hears(behind)
    await rest(dispatch)
    async with dispatch.tx() as tx:  # they said no to all others, and twice
        for _ in range(2):
            await tx.execute(
                text("""insert into offers (id, job_id, work_order_id, technician_id, state,
                  offered_at, expires_at, decided_at)
                    select gen_random_uuid(), id, work_order_id, 'li', 'declined', now(), now(),
                      now() from jobs
                    where state = 'waiting' and work_order_id <> :behind"""),
                behind=behind.id,
            )
    [held] = await rows(dispatch, "select id from jobs where technician_id = 'li'")

    await work(dispatch, "li", held["id"], "complete")
    turns = await dispatch.runs_due(HAND_OUT)

    assert (await order_of(dispatch, behind)).jobs[0].state is JobState.OFFERED
    assert turns > 120 // handing_out._MAX_JOBS_PER_TURN
    assert await rows(dispatch, LOOKS_LEFT) == [{"n": 0}]


async def test_what_lifts_by_itself_within_the_retry_time_is_looked_at_then(
    component: MakeComponent,
) -> None:
    dispatch = await component("dispatch")
    await put_rules(dispatch, cooling_down_s=600, retry_s=86400)
    await put_technician(dispatch, "li", capacity=1)
    busy, _ = await offered_and_accepted(dispatch, a_ticket())
    ticket = a_ticket()
    await dispatch.hears(ticket)
    await rest(dispatch)
    job = (await order_of(dispatch, ticket)).jobs[0]
    async with dispatch.tx() as tx:
        for _ in range(2):
            await tx.execute(
                text("""insert into offers (id, job_id, work_order_id, technician_id, state,
                  offered_at, expires_at, decided_at)
                    values (:id, :job_id, :order_id, 'li', 'declined', :at, :at, :at)"""),
                id=new_id(),
                job_id=job.id,
                order_id=ticket.id,
                at=dispatch.clock.now(),
            )
    await work(dispatch, "li", busy, "complete")
    await rest(dispatch)
    cooling = (await order_of(dispatch, ticket)).jobs[0].state

    await age_offers(dispatch, minutes=10)
    dispatch.clock.move(minutes=10)
    await rest(dispatch)

    assert cooling is JobState.WAITING
    assert (await order_of(dispatch, ticket)).jobs[0].state is JobState.OFFERED


async def test_offers_that_expire_at_once_go_to_others_in_order_and_none_is_left_out(
    component: MakeComponent,
) -> None:
    dispatch = await component("dispatch")
    for n in range(40):
        await put_technician(dispatch, f"t{n:02}", capacity=3)
    await rest(dispatch)
    await dispatch.hears(*[a_ticket() for _ in range(120)])
    await rest(dispatch)
    before = {
        row["job_id"]: row["technician_id"]
        for row in await rows(dispatch, "select job_id, technician_id from offers")
    }

    await age_offers(dispatch, minutes=15, seconds=3)
    swept = await dispatch.runs_due(OFFERS)
    await rest(dispatch)

    after = {
        row["job_id"]: row["technician_id"]
        for row in await rows(dispatch, "select * from offers where state = 'open'")
    }
    assert swept == 120
    assert after.keys() == before.keys()
    assert all(after[job] != before[job] for job in before)
    assert set(Counter(after.values()).values()) == {3}


async def test_a_whole_sites_look_left_by_a_release_before_finds_what_has_no_look_of_its_own(
    component: MakeComponent,
) -> None:
    dispatch = await component("dispatch")
    ticket = a_ticket()
    await dispatch.hears(ticket)
    await put_technician(dispatch, "li")
    async with dispatch.tx() as tx:
        await tx.execute(text("delete from planning_queue"))
        await tx.execute(
            text(
                "insert into planning_queue (id, site_id, at) "
                "values (gen_random_uuid(), 'demo', :at)"
            ),
            at=dispatch.clock.now(),
        )

    assert await dispatch.runs_due(HAND_OUT) > 0
    assert await said_of(dispatch, ticket) == ["created", "offered"]


async def test_who_was_meant_for_a_job_that_changed_in_between_is_offered_the_next(
    component: MakeComponent,
) -> None:
    dispatch = await component("dispatch")
    first, second = a_ticket(), a_ticket(priority=Priority.LOW)
    await dispatch.hears(first, second)
    await rest(dispatch)
    await put_technician(dispatch, "li", capacity=1)

    async with dispatch.tx() as tx:
        await tx.rows(text("select from work_orders where id = :id for update"), id=first.id)
        turn = asyncio.create_task(dispatch.runs_due(HAND_OUT))
        # it has planned, and is on its way to the work order
        await eventually(lambda: somebody_waits(dispatch))
        await tx.execute(
            text(
                "update work_orders set held = true, "
                "need = cast(cast(need as jsonb) || '{\"held\": true}' as json) where id = :id"
            ),
            id=first.id,
        )
        await tx.execute(text("update jobs set held = true where work_order_id = :id"), id=first.id)
    await turn

    states = [(await order_of(dispatch, ticket)).jobs[0].state for ticket in (first, second)]
    assert states == [JobState.WAITING, JobState.OFFERED]
