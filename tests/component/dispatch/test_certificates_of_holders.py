"""A technician who holds a job without the certificate that it demands is told to the desk."""

import asyncio
from datetime import date, timedelta

from shared.contracts.dispatch import JobState, OfferState
from tests.component.dispatch.certified import (
    MONDAY,
    TODAY,
    TOMORROW,
    VOLTAGE,
    a_certificate,
    on_monday,
)
from tests.component.dispatch.world import (
    CERTIFICATES,
    a_ticket,
    answer,
    offered_and_accepted,
    order_of,
    put_certificates,
    put_rules,
    put_technician,
    rest,
    said_of,
    two_instances,
    work,
)
from tests.support.component import MakeComponent


async def test_who_holds_a_job_whose_time_lies_after_the_last_day_is_told_to_the_desk(
    component: MakeComponent,
) -> None:
    dispatch = await on_monday(component)
    await put_certificates(dispatch, "li", a_certificate(TOMORROW))
    visit = (MONDAY + timedelta(hours=2), MONDAY + timedelta(hours=3))
    moved, planned, today = a_ticket(visit=visit), a_ticket(), a_ticket()
    for ticket in (moved, planned, today):
        await offered_and_accepted(dispatch, ticket)
    later = (MONDAY + timedelta(days=3), MONDAY + timedelta(days=3, hours=1))

    await dispatch.hears(a_ticket(id=moved.id, version=2, visit=later, at=moved.opened_at))
    job_id = (await order_of(dispatch, planned)).jobs[0].id
    said = await work(
        dispatch, "li", job_id, "planned-arrival", planned_arrival=later[0].isoformat()
    )
    await rest(dispatch)

    assert said.status_code == 200, said.text
    for ticket in (moved, planned):
        job = (await order_of(dispatch, ticket)).jobs[0]
        assert (job.state, job.holder_bars) == (JobState.ACCEPTED, ("certificate_expired",))
        assert (await said_of(dispatch, ticket))[-1] == "holder_barred"
    assert (await order_of(dispatch, today)).jobs[0].holder_bars == ()
    renewal = a_certificate(date(2029, 11, 24), issued_on="2026-11-25")
    await put_certificates(dispatch, "li", a_certificate(TOMORROW), renewal)
    await rest(dispatch)
    for ticket in (moved, planned):
        assert (await order_of(dispatch, ticket)).jobs[0].holder_bars == ()


async def test_a_job_that_is_still_held_when_the_last_day_ends_is_told_to_the_desk_then(
    component: MakeComponent,
) -> None:
    dispatch = await on_monday(component)
    await put_certificates(dispatch, "li", a_certificate(TODAY))
    held, begun = a_ticket(), a_ticket()
    await offered_and_accepted(dispatch, held)
    begun_job, _ = await offered_and_accepted(dispatch, begun)
    await work(dispatch, "li", begun_job, "start")
    await dispatch.runs_due(CERTIFICATES)
    await rest(dispatch)

    dispatch.clock.move(hours=13, minutes=59)
    await dispatch.runs_due(CERTIFICATES)
    await rest(dispatch)
    before = (await order_of(dispatch, held)).jobs[0].holder_bars
    dispatch.clock.move(minutes=1)
    await dispatch.runs_due(CERTIFICATES)
    await rest(dispatch)

    assert before == ()
    assert (await order_of(dispatch, held)).jobs[0].holder_bars == ("certificate_expired",)
    assert (await order_of(dispatch, begun)).jobs[0].holder_bars == ()


async def test_a_rule_that_demands_a_certificate_looks_at_what_is_held(
    component: MakeComponent,
) -> None:
    dispatch = await on_monday(component, certificates={})
    ticket = a_ticket()
    await offered_and_accepted(dispatch, ticket)

    await put_rules(dispatch, certificates=VOLTAGE)
    await rest(dispatch)
    barred_by_rule = (await order_of(dispatch, ticket)).jobs[0].holder_bars
    await put_rules(dispatch)
    await rest(dispatch)

    assert barred_by_rule == ("certificate_missing",)
    assert (await order_of(dispatch, ticket)).jobs[0].holder_bars == ()


async def test_a_list_that_changes_while_jobs_are_accepted_leaves_none_unnoticed(
    component: MakeComponent,
) -> None:
    first, second = await two_instances(component)
    await put_technician(first, "li", capacity=50)
    await put_rules(first, certificates=VOLTAGE)
    await put_certificates(first, "li", a_certificate(date(2099, 12, 31)))
    tickets = [a_ticket() for _ in range(20)]
    await first.hears(*tickets)
    await rest(first)
    offers = [(await order_of(first, ticket)).jobs[0].offers[0].id for ticket in tickets]

    answers, _ = await asyncio.gather(
        asyncio.gather(*(answer(first, "li", offer) for offer in offers)),
        put_certificates(second, "li"),
    )
    await rest(second)

    for ticket, each in zip(tickets, answers, strict=True):
        [job] = (await order_of(first, ticket)).jobs
        if each.status_code == 200:
            assert (job.state, job.holder_bars) == (JobState.ACCEPTED, ("certificate_missing",))
        else:
            assert each.status_code == 409, each.text
            assert job.offers[0].state is OfferState.WITHDRAWN
