"""Who is asked, when, and what happens when nobody is left."""

import asyncio
from collections import Counter
from datetime import UTC, datetime, timedelta
from uuid import UUID

from shared.contracts import ClocksV1, SkillNeed
from shared.contracts.dispatch import JobState, OfferState
from shared.contracts.sla import ClockKind, ClockState, ClockV1
from shared.contracts.tickets import Place, Priority
from tests.component.dispatch.world import (
    HAND_OUT,
    OFFERS,
    a_ticket,
    age_offers,
    answer,
    decide,
    offered_and_accepted,
    order_of,
    put_rules,
    put_technician,
    rest,
    rows,
    said_of,
    work,
)
from tests.support.component import Component, MakeComponent


async def test_the_nearest_is_asked_first_and_the_next_when_they_decline(
    component: MakeComponent,
) -> None:
    dispatch = await component("dispatch")
    await put_technician(dispatch, "far", home={"lat": 31.26, "lon": 121.4737})
    await put_technician(dispatch, "near", home={"lat": 31.231, "lon": 121.4737})
    ticket = a_ticket()
    await dispatch.hears(ticket)
    await rest(dispatch)

    first = (await order_of(dispatch, ticket)).jobs[0].offers[-1]
    declined = await answer(dispatch, "near", first.id, "decline", reason="stuck in traffic")
    await rest(dispatch)

    assert first.technician_id == "near"
    assert declined.json()["state"] == "declined"
    job = (await order_of(dispatch, ticket)).jobs[0]
    assert [(offer.technician_id, offer.state, offer.reason) for offer in job.offers] == [
        ("near", OfferState.DECLINED, "stuck in traffic"),
        ("far", OfferState.OPEN, None),
    ]
    assert await said_of(dispatch, ticket) == ["created", "offered", "offer_declined", "offered"]


async def test_an_offer_that_nobody_answers_expires_two_seconds_after_its_end_and_goes_to_the_next(
    component: MakeComponent,
) -> None:
    dispatch = await component("dispatch")
    await put_technician(dispatch, "li")
    await put_technician(dispatch, "wang")
    ticket = a_ticket()
    await dispatch.hears(ticket)
    await rest(dispatch)
    offer = (await order_of(dispatch, ticket)).jobs[0].offers[0]

    await age_offers(dispatch, minutes=15, seconds=1)
    too_early = await dispatch.runs_due(OFFERS)
    await age_offers(dispatch, seconds=2)
    swept = await dispatch.runs_due(OFFERS)
    await rest(dispatch)

    assert (too_early, swept) == (0, 1)
    job = (await order_of(dispatch, ticket)).jobs[0]
    assert [offer.state for offer in job.offers] == [OfferState.EXPIRED, OfferState.OPEN]
    assert job.offers[0].decided_at == job.offers[0].expires_at
    assert job.offers[1].technician_id != offer.technician_id
    late = await answer(dispatch, offer.technician_id, offer.id)
    assert (late.status_code, late.json()["state"]) == (409, "expired")


async def test_an_emergency_is_offered_at_once_to_the_nearest_three_for_a_minute(
    component: MakeComponent,
) -> None:
    dispatch = await component("dispatch")
    for n in range(5):
        await put_technician(dispatch, f"t{n}", home={"lat": 31.2304 + n / 1000, "lon": 121.4737})
    ticket = a_ticket(priority=Priority.EMERGENCY)

    await dispatch.hears(ticket)
    await rest(dispatch)

    offers = (await order_of(dispatch, ticket)).jobs[0].offers
    assert {offer.technician_id for offer in offers} == {"t0", "t1", "t2"}
    assert {offer.expires_at - offer.offered_at for offer in offers} == {timedelta(seconds=60)}


async def test_when_nobody_else_is_left_they_are_asked_once_more_and_then_it_is_unassignable_once(
    component: MakeComponent,
) -> None:
    dispatch = await component("dispatch")
    await put_technician(dispatch, "li")
    await put_technician(dispatch, "zhou", skills=[{"code": "lock"}])
    ticket = a_ticket()
    await dispatch.hears(ticket)
    await rest(dispatch)

    for _ in range(2):
        offer = (await order_of(dispatch, ticket)).jobs[0].offers[-1]
        assert (await answer(dispatch, "li", offer.id, "decline")).status_code == 200
        await rest(dispatch)
    dispatch.clock.move(minutes=30)
    await rest(dispatch)

    order = await order_of(dispatch, ticket)
    assert await said_of(dispatch, ticket) == [
        "created",
        *["offered", "offer_declined"] * 2,
        "unassignable",
    ]
    assert {barred.technician_id: barred.codes for barred in order.unassignable} == {
        "li": ("cooling_down",),
        "zhou": ("lacks_skill",),
    }
    assert order.unassignable_at is not None


async def test_after_the_cooling_down_they_are_asked_again(component: MakeComponent) -> None:
    dispatch = await component("dispatch")
    await put_technician(dispatch, "li")
    ticket = a_ticket()
    await dispatch.hears(ticket)
    await rest(dispatch)
    for _ in range(2):
        await answer(
            dispatch, "li", (await order_of(dispatch, ticket)).jobs[0].offers[-1].id, "decline"
        )
        await rest(dispatch)

    await age_offers(dispatch, hours=2)
    dispatch.clock.move(hours=2)
    await rest(dispatch)

    order = await order_of(dispatch, ticket)
    assert order.jobs[0].state is JobState.OFFERED
    assert order.unassignable_at is None
    assert order.unassignable == ()


async def test_a_site_without_technicians_is_unassignable_until_one_comes(
    component: MakeComponent,
) -> None:
    dispatch = await component("dispatch")
    ticket = a_ticket()
    await dispatch.hears(ticket)
    await rest(dispatch)
    alone = await order_of(dispatch, ticket)

    await put_technician(dispatch, "li")
    await rest(dispatch)

    assert alone.unassignable_at is not None
    assert await said_of(dispatch, ticket) == ["created", "unassignable", "offered"]


async def test_nobody_is_alarmed_when_everybody_is_merely_busy_and_the_most_urgent_comes_next(
    component: MakeComponent,
) -> None:
    dispatch = await component("dispatch")
    await put_technician(dispatch, "li", capacity=1)
    job_id, _ = await offered_and_accepted(dispatch, a_ticket())
    low, late, due = a_ticket(priority=Priority.LOW), a_ticket(), a_ticket()
    await dispatch.hears(
        low, late, due, *[_promise(due.id, minutes=10), _promise(late.id, minutes=90)]
    )
    await rest(dispatch)
    waiting = [(await order_of(dispatch, ticket)).version for ticket in (low, late, due)]

    await work(dispatch, "li", job_id, "complete")
    await rest(dispatch)

    assert waiting == [1, 1, 1]
    states = [(await order_of(dispatch, ticket)).jobs[0].state for ticket in (low, late, due)]
    assert states == [JobState.WAITING, JobState.WAITING, JobState.OFFERED]


async def test_a_promise_heard_of_before_its_ticket_counts_too(component: MakeComponent) -> None:
    dispatch = await component("dispatch")
    ticket = a_ticket()
    promise = _promise(ticket.id, minutes=10)

    await dispatch.hears(promise)
    await dispatch.hears(ticket)

    async with dispatch.http(role="dispatcher", id="dana") as http:
        [job] = (await http.get("/v1/jobs")).json()["items"]
    assert datetime.fromisoformat(job["due_at"]) == promise.clocks[0].due_at


async def due_at(dispatch: Component) -> datetime | None:
    async with dispatch.http(role="dispatcher", id="dana") as http:
        [job] = (await http.get("/v1/jobs")).json()["items"]
    return None if job["due_at"] is None else datetime.fromisoformat(job["due_at"])


async def test_the_response_is_no_promise_any_more_once_a_job_was_accepted_though_it_was_given_back(
    component: MakeComponent,
) -> None:
    dispatch = await component("dispatch")
    await put_technician(dispatch, "li")
    ticket = a_ticket()
    promise = _promise(ticket.id, minutes=90, response=10)
    response, arrival = (clock.due_at for clock in promise.clocks)
    await dispatch.hears(ticket, promise)
    before = await due_at(dispatch)
    await rest(dispatch)
    job_id, technician = await offered_and_accepted(dispatch, ticket)

    await work(dispatch, technician, job_id, "return", reason="too far")

    assert (before, await due_at(dispatch)) == (response, arrival)


async def test_the_response_is_no_promise_any_more_once_staff_have_answered(
    component: MakeComponent,
) -> None:
    dispatch = await component("dispatch")
    ticket = a_ticket()
    promise = _promise(ticket.id, minutes=90, response=10)
    await dispatch.hears(ticket, promise)

    await dispatch.hears(ticket.model_copy(update={"version": 2, "answered_at": ticket.opened_at}))

    assert await due_at(dispatch) == promise.clocks[1].due_at


async def test_a_promise_heard_of_after_the_job_was_taken_on_is_that_of_the_arrival(
    component: MakeComponent,
) -> None:
    dispatch = await component("dispatch")
    await put_technician(dispatch, "li")
    ticket = a_ticket()
    await dispatch.hears(ticket)
    await rest(dispatch)
    await offered_and_accepted(dispatch, ticket)

    promise = _promise(ticket.id, minutes=90, response=10)
    await dispatch.hears(promise)

    assert await due_at(dispatch) == promise.clocks[1].due_at


async def test_who_holds_a_job_sees_which_promise_still_runs_though_sla_has_not_said_so(
    component: MakeComponent,
) -> None:
    dispatch = await component("dispatch")
    await put_technician(dispatch, "li")
    ticket = a_ticket()
    promise = _promise(ticket.id, minutes=90, response=10)
    await dispatch.hears(ticket, promise)
    job_id, technician = await offered_and_accepted(dispatch, ticket)

    async with dispatch.http(role="technician", id=technician) as http:
        [held] = (await http.get("/v1/me/jobs")).json()["items"]
        shown = (await http.get(f"/v1/jobs/{job_id}")).json()
        await work(dispatch, technician, job_id, "arrive")
        after = (await http.get(f"/v1/jobs/{job_id}")).json()

    assert promise.clocks[1].due_at is not None
    assert {held["due_at"], shown["due_at"]} == {
        promise.clocks[1].due_at.isoformat().replace("+00:00", "Z")
    }
    assert after["due_at"] is None


async def test_open_offers_count_so_that_nobody_is_asked_about_more_than_they_can_hold(
    component: MakeComponent,
) -> None:
    dispatch = await component("dispatch")
    for n in range(12):
        await put_technician(dispatch, f"t{n:02}", capacity=3)
    tickets = [a_ticket() for _ in range(200)]

    await dispatch.hears(*tickets)
    await rest(dispatch)

    offered = Counter(
        row["technician_id"]
        for row in await rows(dispatch, "select technician_id from offers where state = 'open'")
    )
    assert set(offered.values()) == {3}
    assert len(offered) == 12
    assert await rows(dispatch, "select count(*) as n from jobs where state = 'waiting'") == [
        {"n": 164}
    ]


async def test_two_hundred_jobs_are_worked_off_by_twelve_technicians(
    component: MakeComponent,
) -> None:
    dispatch = await component("dispatch")
    second = await component("dispatch", database_url=dispatch.service.settings.database_url)
    for n in range(12):
        await put_technician(dispatch, f"t{n:02}", capacity=3)
    await dispatch.hears(*[a_ticket() for _ in range(200)])
    await rest(dispatch)

    rounds = 0
    while open_offers := await rows(
        dispatch, "select id, job_id, technician_id from offers where state = 'open'"
    ):
        rounds += 1
        await asyncio.gather(*(_take_and_finish(dispatch, offer) for offer in open_offers))
        await asyncio.gather(rest(dispatch), rest(second))

    assert await rows(dispatch, "select state, count(*) as n from jobs group by state") == [
        {"state": "completed", "n": 200}
    ]
    assert rounds < 10
    assert await rows(dispatch, "select 1 from offers where state <> 'accepted'") == []


async def test_two_instances_that_hand_out_at_once_ask_each_technician_about_what_they_can_hold(
    component: MakeComponent,
) -> None:
    first = await component("dispatch")
    second = await component("dispatch", database_url=first.service.settings.database_url)
    for n in range(4):
        await put_technician(first, f"t{n}", capacity=2)
    await first.hears(*[a_ticket() for _ in range(30)])

    await asyncio.gather(*(each.runs_due(HAND_OUT) for each in (first, second) * 4))

    offered = Counter(
        row["technician_id"] for row in await rows(first, "select technician_id from offers")
    )
    assert offered == {f"t{n}": 2 for n in range(4)}


async def test_in_manual_mode_a_job_is_left_to_the_desk_and_none_is_asked_until_it_chooses(
    component: MakeComponent,
) -> None:
    dispatch = await component("dispatch")
    await put_technician(dispatch, "li")
    await put_rules(dispatch, modes={"plumbing": "manual"})
    ticket = a_ticket()
    await dispatch.hears(ticket)
    await rest(dispatch)
    left = await order_of(dispatch, ticket)

    assigned = await decide(dispatch, left.jobs[0].id, "assign", technician_id="li")

    assert left.left_to_desk_at is not None
    assert assigned.status_code == 200, assigned.text
    assert assigned.json()["offers"][0]["technician_id"] == "li"
    assert await said_of(dispatch, ticket) == ["created", "left_to_desk", "offered"]
    assert (await order_of(dispatch, ticket)).left_to_desk_at is None


async def test_a_site_that_asks_for_no_consent_gives_the_job_at_once(
    component: MakeComponent,
) -> None:
    dispatch = await component("dispatch")
    await put_technician(dispatch, "li", capacity=1)
    await put_rules(dispatch, mode="manual", assign_without_consent=True)
    ticket, other = a_ticket(), a_ticket()
    await dispatch.hears(ticket, other)

    given = await decide(
        dispatch, (await order_of(dispatch, ticket)).jobs[0].id, "assign", technician_id="li"
    )
    full = await decide(
        dispatch, (await order_of(dispatch, other)).jobs[0].id, "assign", technician_id="li"
    )

    assert (given.json()["state"], given.json()["technician_id"]) == ("accepted", "li")
    assert [step["state"] for step in given.json()["steps"]] == ["waiting", "offered", "accepted"]
    assert await said_of(dispatch, ticket) == ["created", "accepted"]
    assert (full.status_code, full.json()["codes"]) == (409, ["at_capacity"])


async def test_what_a_dispatcher_takes_away_goes_to_somebody_else(component: MakeComponent) -> None:
    dispatch = await component("dispatch")
    await put_technician(dispatch, "li", home={"lat": 31.2304, "lon": 121.4737})
    await put_technician(dispatch, "wang", home={"lat": 31.24, "lon": 121.4737})
    ticket = a_ticket()
    job_id, holder = await offered_and_accepted(dispatch, ticket)

    taken = await decide(dispatch, job_id, "withdraw")
    await rest(dispatch)

    assert holder == "li"
    assert taken.status_code == 200, taken.text
    job = (await order_of(dispatch, ticket)).jobs[0]
    assert job.offers[-1].technician_id == "wang"
    assert await said_of(dispatch, ticket) == [
        "created",
        "offered",
        "accepted",
        "returned",
        "offered",
    ]
    nothing = await decide(dispatch, job_id, "assign", technician_id="nobody")
    assert nothing.status_code == 404


async def test_the_explanation_says_why_each_can_or_cannot(component: MakeComponent) -> None:
    dispatch = await component("dispatch")
    await put_technician(dispatch, "near", home={"lat": 31.2304, "lon": 121.4737})
    await put_technician(dispatch, "far", home={"lat": 31.25, "lon": 121.4737})
    await put_technician(dispatch, "locksmith", skills=[{"code": "lock", "level": 5}])
    await put_technician(dispatch, "asleep", shifts=[])
    await put_technician(dispatch, "elsewhere", at="other", sites=["other"], shifts=None)
    ticket = a_ticket(skills=[SkillNeed(code="plumbing", level=2)])
    await put_rules(dispatch, mode="manual", max_distance_m=1000)
    await dispatch.hears(ticket)
    job_id = (await order_of(dispatch, ticket)).jobs[0].id

    async with dispatch.http(role="dispatcher", id="dana") as http:
        all_ = (await http.get(f"/v1/jobs/{job_id}/explanation")).json()
    async with dispatch.http(role="dispatcher", id="dana", site="*") as http:
        one = (
            await http.get(f"/v1/jobs/{job_id}/explanation", params={"technician_id": "elsewhere"})
        ).json()

    assert all_["mode"] == "manual"
    found = {each["technician_id"]: [bar["code"] for bar in each["bars"]] for each in all_["items"]}
    assert found == {
        "near": [],
        "far": ["too_far"],
        "locksmith": ["lacks_skill"],
        "asleep": ["off_shift"],
    }
    best = all_["items"][0]
    assert (best["technician_id"], best["rank"]) == ("near", 1)
    assert {term["name"] for term in best["terms"]} == {
        "travel",
        "load",
        "skill",
        "continuity",
        "fairness",
    }
    assert best["cost_min"] == round(sum(term["minutes"] for term in best["terms"]), 2)
    assert [each["technician_id"] for each in one["items"]] == ["elsewhere"]
    assert "not_this_site" in [bar["code"] for bar in one["items"][0]["bars"]]


async def test_whoever_was_in_the_flat_before_is_preferred(component: MakeComponent) -> None:
    dispatch = await component("dispatch")
    await put_technician(dispatch, "a-new")
    await put_technician(dispatch, "b-known")
    place = Place(building="3", unit="1202")
    await put_rules(dispatch, mode="manual")
    first = a_ticket(place=place)
    await dispatch.hears(first)
    job_id = (await order_of(dispatch, first)).jobs[0].id
    await decide(dispatch, job_id, "assign", technician_id="b-known")
    await answer(dispatch, "b-known", (await order_of(dispatch, first)).jobs[0].offers[0].id)
    await work(dispatch, "b-known", job_id, "complete")

    await put_rules(dispatch, mode="plan")
    again = a_ticket(place=place)
    await dispatch.hears(again)
    await rest(dispatch)

    assert (await order_of(dispatch, again)).jobs[0].offers[0].technician_id == "b-known"


async def _take_and_finish(dispatch: Component, offer: dict[str, str]) -> None:
    async with dispatch.http(role="technician", id=offer["technician_id"]) as http:
        assert (await http.post(f"/v1/offers/{offer['id']}/accept")).status_code == 200
        assert (await http.post(f"/v1/jobs/{offer['job_id']}/complete")).status_code == 200


def _promise(ticket_id: UUID, *, minutes: int, response: int | None = None) -> ClocksV1:
    started = datetime.now(UTC).replace(microsecond=0)
    due = {ClockKind.RESPONSE: response, ClockKind.ARRIVAL: minutes}
    clocks = tuple(
        ClockV1(
            kind=kind,
            state=ClockState.RUNNING,
            started_at=started,
            due_at=started + timedelta(minutes=after),
        )
        for kind, after in due.items()
        if after is not None
    )
    return ClocksV1(
        id=ticket_id,
        version=1,
        site_id="demo",
        policy_id="default",
        policy_version=1,
        clocks=clocks,
    )
