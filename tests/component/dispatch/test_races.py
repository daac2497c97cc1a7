"""Who comes first: in the database one wins, and everybody else is told which.

Two instances on one database throughout.
"""

import asyncio
from collections import Counter
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import text

from shared.contracts.dispatch import JobState, OfferState
from shared.contracts.tickets import Priority, TicketState
from tests.component.dispatch.world import (
    ALL_DAY,
    DOUBLE_BOOKED,
    GAPS,
    OFFERS,
    a_ticket,
    answer,
    decide,
    offered_and_accepted,
    order_of,
    put_rules,
    put_technician,
    rest,
    rows,
    said_of,
    two_instances,
    work,
)
from tests.support.component import MakeComponent


async def test_of_forty_technicians_who_accept_at_once_one_wins_and_the_rest_learn_who(
    component: MakeComponent,
) -> None:
    first, second = await two_instances(component)
    await put_rules(first, emergency_fan_out=40)
    for n in range(40):
        await put_technician(first, f"t{n:02}")
    ticket = a_ticket(priority=Priority.EMERGENCY)
    await first.hears(ticket)
    await rest(first)
    offers = (await order_of(first, ticket)).jobs[0].offers
    assert len(offers) == 40

    answers = await asyncio.gather(
        *(
            answer((first, second)[n % 2], offer.technician_id, offer.id)
            for n, offer in enumerate(offers)
        )
    )

    assert Counter(each.status_code for each in answers) == {200: 1, 409: 39}
    won = (await order_of(first, ticket)).jobs[0]
    winner = next(offer for offer in won.offers if offer.state is OfferState.ACCEPTED)
    for each in answers:
        if each.status_code == 409:
            assert each.json()["state"] == "withdrawn"
            assert datetime.fromisoformat(each.json()["accepted_at"]) == winner.decided_at
            assert each.json()["accepted_by"] == winner.technician_id.title()
    assert won.technician_id == winner.technician_id
    assert await rows(first, "select technician_id from assignments") == [
        {"technician_id": winner.technician_id}
    ]
    assert await said_of(first, ticket) == ["created", "offered", "accepted"]


async def test_one_technician_who_takes_forty_jobs_at_once_holds_what_they_can(
    component: MakeComponent,
) -> None:
    first, second = await two_instances(component)
    await put_technician(first, "li", capacity=3)
    await put_rules(first, mode="manual")
    tickets = [a_ticket() for _ in range(40)]
    await first.hears(*tickets)
    offers = []
    for ticket in tickets:
        job_id = (await order_of(first, ticket)).jobs[0].id
        assert (await decide(first, job_id, "assign", technician_id="li")).status_code == 200
        offers.append((await order_of(first, ticket)).jobs[0].offers[0].id)

    answers = await asyncio.gather(
        *(answer((first, second)[n % 2], "li", offer) for n, offer in enumerate(offers))
    )

    assert Counter(each.status_code for each in answers) == {200: 3, 409: 37}
    assert {each.json()["code"] for each in answers if each.status_code == 409} == {"at_capacity"}
    assert [
        row["slot"] for row in await rows(first, "select slot from assignments order by slot")
    ] == [1, 2, 3]
    assert await rows(first, DOUBLE_BOOKED) == []


async def test_of_forty_visits_at_the_same_hour_a_technician_takes_one(
    component: MakeComponent,
) -> None:
    first, second = await two_instances(component)
    await put_technician(first, "li", capacity=50)
    await put_rules(first, mode="manual")
    tomorrow = datetime.now(UTC).replace(microsecond=0) + timedelta(days=1)
    tickets = [
        a_ticket(visit=(tomorrow + timedelta(minutes=n), tomorrow + timedelta(minutes=60 + n)))
        for n in range(40)
    ]
    await first.hears(*tickets)
    offers = []
    for ticket in tickets:
        await decide(
            first, (await order_of(first, ticket)).jobs[0].id, "assign", technician_id="li"
        )
        offers.append((await order_of(first, ticket)).jobs[0].offers[0].id)

    answers = await asyncio.gather(
        *(answer((first, second)[n % 2], "li", offer) for n, offer in enumerate(offers))
    )

    assert Counter(each.status_code for each in answers) == {200: 1, 409: 39}
    assert {each.json()["code"] for each in answers if each.status_code == 409} == {
        "windows_overlap"
    }


async def test_of_eight_dispatchers_who_assign_at_once_one_asks_and_the_rest_learn_whom(
    component: MakeComponent,
) -> None:
    first, second = await two_instances(component)
    await put_rules(first, mode="manual")
    for n in range(8):
        await put_technician(first, f"t{n}")
    ticket = a_ticket()
    await first.hears(ticket)
    job_id = (await order_of(first, ticket)).jobs[0].id

    async def assign(n: int, **seen: Any) -> Any:
        async with (first, second)[n % 2].http(role="dispatcher", id=f"d{n}") as http:
            body = {"technician_id": f"t{n}", **seen}
            return await http.post(f"/v1/jobs/{job_id}/assign", json=body)

    answers = await asyncio.gather(*(assign(n, asked=None) for n in range(8)))

    assert Counter(each.status_code for each in answers) == {200: 1, 409: 7}
    [won] = (await order_of(first, ticket)).jobs[0].offers
    for each in answers:
        if each.status_code == 409:
            said = each.json()
            assert said["code"] == "asked_by_another"
            assert (said["offer_id"], said["technician_id"]) == (str(won.id), won.technician_id)
            assert (said["technician"], said["assigned_by"]) == (
                won.technician_id.title(),
                won.technician_id.replace("t", "d"),
            )
    late = [each for each in range(8) if f"t{each}" != won.technician_id]
    knowing = await assign(late[0], asked=str(won.id))
    not_saying = await assign(late[1])
    assert (knowing.status_code, not_saying.status_code) == (200, 200)
    offers = (await order_of(first, ticket)).jobs[0].offers
    assert [(each.technician_id, each.state) for each in offers] == [
        (won.technician_id, OfferState.WITHDRAWN),
        (f"t{late[0]}", OfferState.WITHDRAWN),
        (f"t{late[1]}", OfferState.OPEN),
    ]
    assert await rows(first, GAPS) == []


async def test_a_technician_who_starts_all_jobs_at_once_does_one(component: MakeComponent) -> None:
    first, second = await two_instances(component)
    await put_technician(first, "li", capacity=10)
    jobs = [(await offered_and_accepted(first, a_ticket()))[0] for _ in range(10)]

    answers = await asyncio.gather(
        *(work((first, second)[n % 2], "li", job, "travel") for n, job in enumerate(jobs))
    )

    assert Counter(each.status_code for each in answers) == {200: 1, 409: 9}
    assert {each.json()["code"] for each in answers if each.status_code == 409} == {"already_doing"}
    assert await rows(first, DOUBLE_BOOKED) == []


async def test_an_offer_accepted_while_it_expires_is_one_or_the_other(
    component: MakeComponent,
) -> None:
    first, second = await two_instances(component)
    await put_rules(first, emergency_fan_out=1, cooling_down_s=0)
    await put_technician(first, "li", capacity=50)
    ends: Counter[str] = Counter()
    for n in range(40):
        ticket = a_ticket(priority=Priority.EMERGENCY)
        await first.hears(ticket)
        await rest(first)
        job = (await order_of(first, ticket)).jobs[0]
        # The last moment at which an answer still counts lies within the next milliseconds.
        async with first.tx() as tx:
            await tx.execute(
                text(
                    "update offers set expires_at = clock_timestamp() - interval '2 s' + "
                    "cast(:by as interval) where id = :id"
                ),
                id=job.offers[0].id,
                by=timedelta(milliseconds=n % 8),
            )

        accepted, _ = await asyncio.gather(
            answer(first, "li", job.offers[0].id), second.runs_due(OFFERS)
        )
        await second.runs_due(OFFERS)

        offer = (await rows(first, "select state from offers where id = :id", id=job.offers[0].id))[
            0
        ]
        ends[offer["state"]] += 1
        assert (offer["state"], accepted.status_code) in {
            ("accepted", 200),
            ("expired", 409),
            ("open", 409),
        }
        if accepted.status_code == 409:
            assert accepted.json()["state"] == "expired"
        else:
            assert (await order_of(first, ticket)).jobs[0].state is JobState.ACCEPTED
        await said_of(first, ticket)
        await first.hears(a_ticket(TicketState.CANCELLED, id=ticket.id, version=2))
    assert set(ends) <= {"accepted", "expired"}
    assert await rows(first, DOUBLE_BOOKED) == []


async def test_cancelling_against_accepting_always_ends_without_a_job_in_anybodys_hands(
    component: MakeComponent,
) -> None:
    first, second = await two_instances(component)
    await put_technician(first, "li", capacity=50, shifts=ALL_DAY)
    deadline = asyncio.get_running_loop().time() + 20
    ends: Counter[int] = Counter()
    while asyncio.get_running_loop().time() < deadline and ends.total() < 1000:
        tickets = [a_ticket() for _ in range(25)]
        await first.hears(*tickets)
        await rest(first)
        offers = await rows(
            first,
            "select work_order_id as ticket_id, id from offers where state = 'open' "
            "order by random()",
        )

        answering = [asyncio.create_task(answer(first, "li", offer["id"])) for offer in offers]
        if ends.total() % 50 == 0:  # in every second round the technician is first
            await asyncio.wait(answering, return_when=asyncio.FIRST_COMPLETED)
        answers, *_ = await asyncio.gather(
            asyncio.gather(*answering),
            *(
                second.hears(a_ticket(TicketState.CANCELLED, id=ticket.id, version=2))
                for ticket in tickets
            ),
        )

        assert len(offers) == 25
        ends.update(each.status_code for each in answers)
        assert {each.status_code for each in answers} <= {200, 409}
        assert await rows(first, "select 1 from jobs where state <> 'cancelled'") == []
        assert await rows(first, "select 1 from assignments where ended_at is null") == []
        assert await rows(first, "select 1 from offers where state = 'open'") == []
    gaps = await rows(first, GAPS)
    assert gaps == []
    assert ends[200] > 0
    assert ends[409] > 0
