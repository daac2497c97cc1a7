"""However much a transaction does to a work order, its version rises by one and one fact names all
of it.
"""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

from shared.contracts import OfferAnswerV1, SkillNeed, TicketV1
from shared.contracts.dispatch import JobState, OfferV1
from shared.contracts.notify import Decision
from shared.contracts.tickets import Priority, TicketState
from tests.component.dispatch.world import (
    a_ticket,
    decide,
    facts_of,
    offered_and_accepted,
    order_of,
    put_rules,
    put_technician,
    rows,
    work,
)
from tests.support.component import MakeComponent

SEQUENCE = "select version from work_orders"


async def test_a_job_assigned_over_open_offers_tells_of_the_offers_taken_back_and_the_new_one_together(
    component: MakeComponent,
) -> None:
    dispatch = await component("dispatch")
    await put_technician(dispatch, "li")
    await put_technician(dispatch, "wang")
    ticket = a_ticket(priority=Priority.EMERGENCY)
    await dispatch.hears(ticket)
    job_id = (await order_of(dispatch, ticket)).jobs[0].id

    assigned = await decide(dispatch, job_id, "assign", technician_id="li")

    order = await order_of(dispatch, ticket)
    assert (assigned.status_code, assigned.json()["version"]) == (200, 2)
    assert await facts_of(dispatch, ticket) == [
        ["created", "offered"],
        ["offer_withdrawn", "offered"],
    ]
    assert [
        (offer.technician_id, offer.state)
        for offer in order.jobs[0].offers
        if offer.state == "open"
    ] == [("li", "open")]
    assert [step.state for step in order.jobs[0].steps][-2:] == [JobState.WAITING, JobState.OFFERED]
    assert await rows(dispatch, SEQUENCE) == [{"version": 2}]


async def test_a_job_given_at_once_over_an_open_offer_is_one_fact_as_well(
    component: MakeComponent,
) -> None:
    dispatch = await component("dispatch")
    await put_technician(dispatch, "li")
    await put_technician(dispatch, "wang", home={"lat": 31.4, "lon": 121.4737})
    await put_rules(dispatch, assign_without_consent=True)
    ticket = a_ticket()
    await dispatch.hears(ticket)
    job_id = (await order_of(dispatch, ticket)).jobs[0].id

    assigned = await decide(dispatch, job_id, "assign", technician_id="wang")

    assert (assigned.json()["state"], assigned.json()["version"]) == ("accepted", 2)
    assert await facts_of(dispatch, ticket) == [
        ["created", "offered"],
        ["offer_withdrawn", "accepted"],
    ]


async def test_several_answers_about_one_job_in_a_batch_raise_its_version_once(
    component: MakeComponent,
) -> None:
    dispatch = await component("dispatch")
    for name in ("li", "wang", "zhou"):
        await put_technician(dispatch, name)
    ticket = a_ticket(priority=Priority.EMERGENCY)
    await dispatch.hears(ticket)
    first, second, third = (await order_of(dispatch, ticket)).jobs[0].offers

    await dispatch.hears(
        *_answers(
            ticket,
            [(first, Decision.DECLINE), (second, Decision.DECLINE), (third, Decision.ACCEPT)],
        )
    )
    after = await order_of(dispatch, ticket)
    travelling = await work(dispatch, third.technician_id, after.jobs[0].id, "travel")

    assert (after.version, after.jobs[0].state, travelling.json()["version"]) == (
        2,
        JobState.ACCEPTED,
        3,
    )
    assert await facts_of(dispatch, ticket) == [
        ["created", "offered"],
        ["offer_declined", "accepted"],
        ["travelling"],
    ]


async def test_a_pause_ended_for_a_visit_that_cannot_be_kept_is_one_fact(
    component: MakeComponent,
) -> None:
    dispatch = await component("dispatch")
    await put_technician(dispatch, "li")
    ticket, other = a_ticket(), a_ticket()
    hour = datetime.now(UTC).replace(microsecond=0) + timedelta(days=1)
    visit = (hour, hour + timedelta(hours=1))
    await offered_and_accepted(dispatch, other)
    await dispatch.hears(a_ticket(TicketState.ASSIGNED, id=other.id, version=2, visit=visit))
    job_id, _ = await offered_and_accepted(dispatch, ticket)
    await work(dispatch, "li", job_id, "start")
    paused = await work(dispatch, "li", job_id, "pause", reason="waiting_parts")

    await dispatch.hears(
        a_ticket(
            TicketState.ASSIGNED,
            id=ticket.id,
            version=7,
            observed=paused.json()["version"],
            visit=visit,
        )
    )

    assert (await rows(dispatch, "select max(paused_at_version) as version from jobs")) == [
        {"version": None}
    ]
    assert await facts_of(dispatch, ticket) == [
        ["created", "offered"],
        ["accepted"],
        ["started"],
        ["paused"],
        ["resumed", "returned"],
    ]
    assert (await order_of(dispatch, ticket)).jobs[0].reason == "windows_overlap"


async def test_a_ticket_and_an_answer_about_it_heard_at_once_are_one_fact(
    component: MakeComponent,
) -> None:
    dispatch = await component("dispatch")
    await put_technician(dispatch, "li")
    await put_technician(dispatch, "wang", skills=[{"code": "electrical", "level": 2}])
    ticket = a_ticket()
    await dispatch.hears(ticket)
    offer = (await order_of(dispatch, ticket)).jobs[0].offers[0]
    accepts = _answers(ticket, [(offer, Decision.ACCEPT)])
    other = a_ticket(skills=[SkillNeed(code="electrical")])

    await dispatch.hears_at_once(other, *accepts, a_ticket(id=ticket.id, version=2, cycle=2))

    # The answer comes after what the ticket made of its work order: the offer of the first cycle
    # was taken back.
    assert await facts_of(dispatch, other) == [["created", "offered"]]
    assert [jobs.state for jobs in (await order_of(dispatch, ticket)).jobs] == [
        JobState.CANCELLED,
        JobState.OFFERED,
    ]
    assert len(await facts_of(dispatch, ticket)) == 2


def _answers(
    ticket: TicketV1, decisions: Sequence[tuple[OfferV1, Decision]]
) -> list[OfferAnswerV1]:
    return [
        OfferAnswerV1(
            id=offer.id,
            version=1,
            site_id="demo",
            job_id=offer.id,
            ticket_id=ticket.id,
            technician_id=offer.technician_id,
            decision=decision,
            answered_at=datetime.now(UTC),
        )
        for offer, decision in decisions
    ]
