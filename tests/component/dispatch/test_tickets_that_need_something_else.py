"""A ticket whose skills, priority or agreed visit changes while its job is offered or held."""

import asyncio
from datetime import UTC, datetime, timedelta

from sqlalchemy import text

from shared.contracts import SkillNeed
from shared.contracts.dispatch import JobState, OfferState
from shared.contracts.tickets import Priority, TicketState
from tests.component.dispatch.world import (
    a_ticket,
    offered_and_accepted,
    order_of,
    put_technician,
    rest,
    rows,
    said_of,
    somebody_waits,
    work,
)
from tests.support.component import MakeComponent
from tests.support.eventually import eventually


async def test_offers_to_those_who_are_no_longer_able_are_withdrawn_and_accepted_work_stays(
    component: MakeComponent,
) -> None:
    dispatch = await component("dispatch")
    await put_technician(dispatch, "li")
    await put_technician(dispatch, "zhou", skills=[{"code": "lock", "level": 1}])
    offered, accepted = a_ticket(), a_ticket()
    job_id, _ = await offered_and_accepted(dispatch, accepted)
    await dispatch.hears(offered)
    await rest(dispatch)

    lock = [SkillNeed(code="lock")]
    await dispatch.hears(a_ticket(id=offered.id, version=2, category="lock", skills=lock))
    await dispatch.hears(a_ticket(id=accepted.id, version=2, category="lock", skills=lock))
    await rest(dispatch)

    offers = (await order_of(dispatch, offered)).jobs[0].offers
    assert [(offer.technician_id, offer.state) for offer in offers] == [
        ("li", OfferState.WITHDRAWN),
        ("zhou", OfferState.OPEN),
    ]
    assert (await order_of(dispatch, accepted)).jobs[0].technician_id == "li"
    assert (await work(dispatch, "li", job_id, "travel")).status_code == 200


async def test_an_offer_survives_a_change_that_its_technician_can_do_as_well(
    component: MakeComponent,
) -> None:
    dispatch = await component("dispatch")
    await put_technician(dispatch, "li", capacity=1)
    ticket = a_ticket()
    await dispatch.hears(ticket)
    await rest(dispatch)

    await dispatch.hears(a_ticket(id=ticket.id, version=2, priority=Priority.URGENT))
    await rest(dispatch)

    assert await said_of(dispatch, ticket) == ["created", "offered"]


async def test_a_visit_agreed_for_an_hour_that_is_taken_goes_to_somebody_else(
    component: MakeComponent,
) -> None:
    dispatch = await component("dispatch")
    await put_technician(dispatch, "li")
    first, second = a_ticket(), a_ticket()
    await offered_and_accepted(dispatch, first)
    await offered_and_accepted(dispatch, second)
    hour = datetime.now(UTC).replace(microsecond=0) + timedelta(days=1)

    await dispatch.hears(
        a_ticket(
            TicketState.ASSIGNED, id=first.id, version=2, visit=(hour, hour + timedelta(hours=1))
        )
    )
    await dispatch.hears(
        a_ticket(
            TicketState.ASSIGNED, id=second.id, version=2, visit=(hour, hour + timedelta(hours=2))
        )
    )

    kept, lost = await order_of(dispatch, first), await order_of(dispatch, second)
    assert kept.jobs[0].technician_id == "li"
    assert (lost.jobs[0].state, lost.jobs[0].reason) == (JobState.WAITING, "windows_overlap")


async def test_a_batch_of_moved_visits_locks_its_technicians_in_the_order_of_their_ids(
    component: MakeComponent,
) -> None:
    dispatch = await component("dispatch")
    tickets = [a_ticket(), a_ticket()]
    for ticket, technician in zip(tickets, ("wang", "li"), strict=True):
        await put_technician(dispatch, technician, capacity=1)
        assert (await offered_and_accepted(dispatch, ticket))[1] == technician
    hour = datetime.now(UTC).replace(microsecond=0) + timedelta(days=1)
    moved = [
        a_ticket(TicketState.ASSIGNED, id=t.id, version=2, visit=(hour, hour + timedelta(hours=1)))
        for t in tickets
    ]

    async with dispatch.tx() as tx:
        await tx.rows(text("select id from technicians where id = 'li' for update"))
        hearing = asyncio.create_task(dispatch.hears(*moved))
        await eventually(lambda: somebody_waits(dispatch))
        await tx.rows(text("select id from technicians where id = 'wang' for update"))
    await hearing

    assert await rows(dispatch, "select distinct visit_start from assignments") == [
        {"visit_start": hour}
    ]
