"""New work is offered in the transaction that opens it, where nothing waits that comes first."""

from datetime import timedelta

from sqlalchemy import text

from services.dispatch.store.turns import claim_site
from shared.contracts import SkillNeed
from shared.contracts.dispatch import JobState, OfferState
from shared.contracts.tickets import Place, Priority, TicketState
from tests.component.dispatch.world import (
    HAND_OUT,
    OFFERS,
    OPEN_OFFERS,
    a_ticket,
    age_offers,
    answer,
    decide,
    facts_of,
    offered_and_accepted,
    order_of,
    put_rules,
    put_technician,
    rest,
    rows,
    said_of,
    work,
)
from tests.support.component import MakeComponent


async def test_a_new_ticket_is_offered_at_once_in_one_fact_and_leaves_nothing_to_look_at(
    component: MakeComponent,
) -> None:
    dispatch = await component("dispatch")
    await put_technician(dispatch, "li")
    await rest(dispatch)
    ticket = a_ticket()

    await dispatch.hears(ticket)

    order = await order_of(dispatch, ticket)
    assert await facts_of(dispatch, ticket) == [["created", "offered"]]
    assert (order.version, [step.state for step in order.jobs[0].steps]) == (
        1,
        [JobState.WAITING, JobState.OFFERED],
    )
    assert [(offer.technician_id, offer.state) for offer in order.jobs[0].offers] == [
        ("li", OfferState.OPEN)
    ]
    assert await rows(dispatch, "select 1 from planning_queue") == []
    assert await dispatch.runs_due(HAND_OUT) == 0


async def test_an_offer_made_at_once_is_answered_and_expires_as_any_other(
    component: MakeComponent,
) -> None:
    dispatch = await component("dispatch")
    await put_technician(dispatch, "li")
    accepted, ignored = a_ticket(), a_ticket()
    await dispatch.hears(accepted, ignored)

    taken = await answer(dispatch, "li", (await order_of(dispatch, accepted)).jobs[0].offers[0].id)
    await age_offers(dispatch, minutes=15, seconds=3)
    swept = await dispatch.runs_due(OFFERS)

    assert (taken.status_code, swept) == (200, 1)
    assert await facts_of(dispatch, accepted) == [["created", "offered"], ["accepted"]]
    assert await facts_of(dispatch, ignored) == [["created", "offered"], ["offer_expired"]]


async def test_new_work_for_busy_technicians_costs_no_turn_and_is_offered_when_one_comes_free(
    component: MakeComponent,
) -> None:
    dispatch = await component("dispatch")
    await put_rules(dispatch, retry_s=3600)
    await put_technician(dispatch, "li", capacity=1)
    job_id, _ = await offered_and_accepted(dispatch, a_ticket())
    newcomer = a_ticket()

    await dispatch.hears(newcomer)
    [look] = await rows(dispatch, "select version, at from planning_queue")
    turns = await dispatch.runs_due(HAND_OUT)
    await work(dispatch, "li", job_id, "complete")
    await rest(dispatch)

    assert (look, turns) == ({"version": 1, "at": dispatch.clock.now() + timedelta(hours=1)}, 0)
    assert await said_of(dispatch, newcomer) == ["created", "offered"]


async def test_new_work_that_busy_technicians_cannot_do_either_is_said_to_be_unassignable(
    component: MakeComponent,
) -> None:
    dispatch = await component("dispatch")
    await put_technician(dispatch, "li", capacity=1)
    await offered_and_accepted(dispatch, a_ticket())
    skilled = a_ticket(skills=[SkillNeed(code="plumbing", level=3)])

    await dispatch.hears(skilled)
    await rest(dispatch)

    assert await said_of(dispatch, skilled) == ["created", "unassignable"]


async def test_an_emergency_goes_to_the_nearest_three_at_once(component: MakeComponent) -> None:
    dispatch = await component("dispatch")
    for n in range(5):
        await put_technician(dispatch, f"t{n}", home={"lat": 31.2304 + n / 1000, "lon": 121.4737})
    await put_rules(dispatch, mode="manual")
    await rest(dispatch)
    ticket = a_ticket(priority=Priority.EMERGENCY)

    await dispatch.hears(ticket)

    assert await facts_of(dispatch, ticket) == [["created", "offered"]]
    assert [row["technician_id"] for row in await rows(dispatch, OPEN_OFFERS)] == ["t0", "t1", "t2"]


async def test_a_reopened_ticket_is_offered_at_once_to_whoever_was_there_before(
    component: MakeComponent,
) -> None:
    dispatch = await component("dispatch")
    await put_technician(dispatch, "a-new")
    await put_technician(dispatch, "b-known")
    await put_rules(dispatch, mode="manual")
    ticket = a_ticket(place=Place(building="3"))
    await dispatch.hears(ticket)
    job_id = (await order_of(dispatch, ticket)).jobs[0].id
    await decide(dispatch, job_id, "assign", technician_id="b-known")
    await answer(dispatch, "b-known", (await order_of(dispatch, ticket)).jobs[0].offers[0].id)
    await work(dispatch, "b-known", job_id, "complete")
    await put_rules(dispatch, mode="plan")
    await rest(dispatch)

    await dispatch.hears(a_ticket(id=ticket.id, version=5, cycle=2))

    order = await order_of(dispatch, ticket)
    assert (await facts_of(dispatch, ticket))[-1] == ["created", "offered"]
    assert [(job.cycle, job.state) for job in order.jobs] == [
        (1, JobState.COMPLETED),
        (2, JobState.OFFERED),
    ]
    assert order.jobs[1].offers[0].technician_id == "b-known"


async def test_where_a_dispatcher_decides_or_nobody_is_free_nothing_is_offered_at_once(
    component: MakeComponent,
) -> None:
    dispatch = await component("dispatch")
    await put_technician(dispatch, "li")
    await put_rules(dispatch, modes={"lock": "manual"})
    await rest(dispatch)
    manual, nobody = a_ticket(category="lock"), a_ticket(category="lift", site_id="other")

    await dispatch.hears(manual, nobody)
    batch_size = [await said_of(dispatch, ticket) for ticket in (manual, nobody)]
    await rest(dispatch)

    assert batch_size == [["created"], ["created"]]
    assert [await said_of(dispatch, ticket) for ticket in (manual, nobody)] == [
        ["created", "left_to_desk"],
        ["created", "unassignable"],
    ]


async def test_what_is_heard_again_or_late_makes_no_second_offer(component: MakeComponent) -> None:
    dispatch = await component("dispatch")
    await put_technician(dispatch, "li")
    ticket = a_ticket(version=2)

    await dispatch.hears(ticket, ticket)
    await dispatch.hears(a_ticket(id=ticket.id, version=1))
    await dispatch.hears(ticket)
    await rest(dispatch)

    assert await facts_of(dispatch, ticket) == [["created", "offered"]]
    assert await rows(dispatch, "select count(*) as n from offers") == [{"n": 1}]


async def test_a_ticket_held_or_cancelled_before_its_batch_is_handled_is_offered_to_nobody(
    component: MakeComponent,
) -> None:
    dispatch = await component("dispatch")
    await put_technician(dispatch, "li")
    held, cancelled = a_ticket(), a_ticket()

    await dispatch.hears(
        held,
        cancelled,
        a_ticket(TicketState.ON_HOLD, id=held.id, version=2, hold="staff", before=TicketState.OPEN),
        a_ticket(TicketState.CANCELLED, id=cancelled.id, version=2),
    )

    assert (await facts_of(dispatch, held), await facts_of(dispatch, cancelled)) == (
        [["created"]],
        [["cancelled"]],
    )
    assert await rows(dispatch, "select 1 from offers") == []


async def test_a_look_at_a_site_where_nothing_waits_does_not_keep_new_work_from_being_offered(
    component: MakeComponent,
) -> None:
    dispatch = await component("dispatch")
    await put_technician(dispatch, "li")
    ticket = a_ticket()

    async with dispatch.tx() as tx:
        [site] = await claim_site(tx, [], 1)
        await dispatch.hears(ticket)

    assert (site.site_id, site.waits) == ("demo", False)
    assert await facts_of(dispatch, ticket) == [["created", "offered"]]
    assert await rows(dispatch, "select 1 from planning_queue") == []


async def test_rules_that_cannot_be_read_keep_no_ticket_from_being_heard(
    component: MakeComponent,
) -> None:
    dispatch = await component("dispatch")
    await put_technician(dispatch, "li")
    await put_rules(dispatch)
    await rest(dispatch)
    async with dispatch.tx() as tx:
        await tx.execute(text("""update site_rules set body = '{"mode": "by magic"}'"""))
    ticket = a_ticket()

    await dispatch.hears(ticket)

    assert await facts_of(dispatch, ticket) == [["created"]]
