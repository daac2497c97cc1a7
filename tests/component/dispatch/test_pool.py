"""The pool 抢单: who sees a job there, and who may grab it."""

from datetime import datetime
from uuid import UUID

from shared.contracts import SiteV1, SkillNeed
from shared.contracts.dispatch import JobState, OfferState
from shared.contracts.tickets import CategoryV1, Place, Priority
from tests.component.dispatch.pooling import HERE, pooled, shown, with_a_pool
from tests.component.dispatch.world import (
    a_ticket,
    decide,
    grab,
    order_of,
    pool_of,
    put_technician,
    rest,
    rows,
    said_of,
)
from tests.support.component import MakeComponent


async def test_a_job_is_put_into_the_pool_and_grabbed_with_what_acceptance_answers(
    component: MakeComponent,
) -> None:
    dispatch = await with_a_pool(component, "li", "wang")
    ticket = a_ticket()
    [job_id] = await pooled(dispatch, ticket)
    waiting = (await order_of(dispatch, ticket)).jobs[0]

    grabbed = await grab(dispatch, "li", job_id)
    again = await grab(dispatch, "li", job_id)
    lost = await grab(dispatch, "wang", job_id)

    assert await said_of(dispatch, ticket) == ["created", "pooled", "accepted"]
    assert waiting.state is JobState.WAITING
    assert waiting.pool is not None
    assert waiting.pool.told == ("li", "wang")
    assert (waiting.pool.until - waiting.pool.at).total_seconds() == 600
    assert (grabbed.status_code, grabbed.json()["state"]) == (200, "accepted"), grabbed.text
    assert again.json()["job_id"] == grabbed.json()["job_id"] == str(job_id)
    job = (await order_of(dispatch, ticket)).jobs[0]
    assert (job.state, job.technician_id, job.pool) == (JobState.ACCEPTED, "li", None)
    assert [(offer.technician_id, offer.state) for offer in job.offers] == [
        ("li", OfferState.ACCEPTED)
    ]
    assert (lost.status_code, lost.json()["code"]) == (409, "not_in_pool"), lost.text
    assert lost.json()["state"] == "accepted"
    assert datetime.fromisoformat(lost.json()["accepted_at"]) == job.offers[0].decided_at
    async with dispatch.http(role=None) as http:
        token = grabbed.json()["job_token"]
        begun = await http.post(
            f"/v1/jobs/{job_id}/travel", headers={"Authorization": f"Job {token}"}, json={}
        )
    assert begun.status_code == 200, begun.text


async def test_a_technician_sees_what_no_rule_bars_them_from_the_cheapest_first(
    component: MakeComponent,
) -> None:
    dispatch = await with_a_pool(component, "li", "wang")
    near = a_ticket(place=Place(building="1", lat=31.231, lon=121.4737))
    far = a_ticket(place=Place(building="2", lat=31.25, lon=121.4737))
    nowhere = a_ticket(place=Place(building="3"))
    hard = a_ticket(skills=[SkillNeed(code="plumbing", level=3)])
    emergency = a_ticket(priority=Priority.EMERGENCY)
    await put_technician(dispatch, "master", skills=[{"code": "plumbing", "level": 5}], home=HERE)
    near_id, far_id, nowhere_id, hard_id, _ = await pooled(
        dispatch, near, far, nowhere, hard, emergency
    )

    answer = await pool_of(dispatch, "li")
    masters = await shown(dispatch, "master")

    items = answer.json()["items"]
    assert [each["job"]["id"] for each in items] == [
        str(id) for id in (near_id, far_id, nowhere_id)
    ]
    assert sorted(masters) == sorted(str(id) for id in (near_id, far_id, nowhere_id, hard_id))
    assert items[0]["distance_m"] == 67
    assert items[0]["cost_min"] <= items[1]["cost_min"] <= items[2]["cost_min"]
    assert items[0]["job"]["ticket"]["reference"] == "DEMO-1-A"
    assert items[0]["until"] == items[0]["job"]["pool_until"]
    assert (await order_of(dispatch, emergency)).jobs[0].state is JobState.OFFERED


async def test_the_pool_is_read_page_by_page_while_jobs_are_grabbed(
    component: MakeComponent,
) -> None:
    dispatch = await with_a_pool(component, "li", "wang")
    tickets = [
        a_ticket(place=Place(building=str(n), lat=31.2304 + n / 1000, lon=121.4737))
        for n in range(7)
    ]
    ids = [str(id) for id in await pooled(dispatch, *tickets)]

    first = await pool_of(dispatch, "li", limit=3)
    await grab(dispatch, "wang", UUID(ids[2]))
    await grab(dispatch, "wang", UUID(ids[4]))
    async with dispatch.http(role="technician", id="li") as http:
        second = await http.get(first.links["next"]["url"])
        rest_ = await http.get("/v1/pool", params={"limit": 50})
        bad = await http.get("/v1/pool", params={"cursor": "nonsense"})
        huge = await http.get("/v1/pool", params={"limit": 51})

    assert [each["job"]["id"] for each in first.json()["items"]] == ids[:3]
    assert [each["job"]["id"] for each in second.json()["items"]] == [ids[3], *ids[5:]]
    assert "next" not in second.links
    assert len(rest_.json()["items"]) == 5
    assert (bad.status_code, huge.status_code) == (400, 422)


async def test_each_rule_bars_a_grab_with_its_code(component: MakeComponent) -> None:
    dispatch = await with_a_pool(component, "li", max_distance_m=5000)
    await put_technician(dispatch, "zhou", skills=[{"code": "lock"}])
    await put_technician(dispatch, "far", home={"lat": 31.4, "lon": 121.4737})
    await put_technician(dispatch, "asleep", shifts=[])
    await put_technician(dispatch, "full", capacity=1)
    [first, second] = await pooled(dispatch, a_ticket(), a_ticket())
    assert (await grab(dispatch, "full", first)).status_code == 200

    found = {}
    for id in ("zhou", "far", "asleep", "full"):
        refused = await grab(dispatch, id, second)
        assert refused.status_code == 409, refused.text
        found[id] = (refused.json()["code"], refused.json().get("codes"))
        assert await shown(dispatch, id) == []

    assert found == {
        "zhou": ("not_eligible", ["lacks_skill"]),
        "far": ("not_eligible", ["too_far"]),
        "asleep": ("not_eligible", ["off_shift"]),
        "full": ("at_capacity", None),
    }
    assert await shown(dispatch, "li") == [str(second)]


async def test_what_was_never_in_the_pool_or_is_elsewhere_is_not_there_to_grab(
    component: MakeComponent,
) -> None:
    dispatch = await with_a_pool(component, "li", "wang", modes={"lock": "plan"})
    await put_technician(dispatch, "keys", skills=[{"code": "lock"}])
    await put_technician(dispatch, "stranger", at="other", sites=["other"])
    [in_pool] = await pooled(dispatch, a_ticket())
    planned = a_ticket(category="lock")
    await dispatch.hears(planned)
    await rest(dispatch)
    planned_id = (await order_of(dispatch, planned)).jobs[0].id

    async with dispatch.http(role="technician", id="stranger", site="other") as http:
        foreign = await http.post(f"/v1/jobs/{in_pool}/grab", json={})
        elsewhere = (await http.get("/v1/pool")).json()["items"]
    async with dispatch.http(role="technician", id="nobody") as http:
        unknown = await http.post(f"/v1/jobs/{in_pool}/grab", json={})
        nothing = (await http.get("/v1/pool")).json()["items"]

    assert foreign.status_code == 404
    assert (await grab(dispatch, "li", planned_id)).status_code == 404
    assert (await grab(dispatch, "li", UUID(int=7))).status_code == 404
    assert (unknown.status_code, unknown.json()["codes"]) == (409, ["not_this_site"])
    assert (elsewhere, nothing) == ([], [])


async def test_a_grab_may_say_when_it_arrives(component: MakeComponent) -> None:
    dispatch = await with_a_pool(component, "li")
    [job_id] = await pooled(dispatch, a_ticket())
    now = dispatch.clock.now()

    past = await grab(dispatch, "li", job_id, planned_arrival="2001-01-01T00:00:00Z")
    planned = await grab(dispatch, "li", job_id, planned_arrival=now.isoformat())

    assert (past.status_code, planned.status_code) == (422, 200), (past.text, planned.text)
    [row] = await rows(dispatch, "select planned_arrival from jobs")
    assert row["planned_arrival"] == now


async def test_where_jobs_are_pooled_a_dispatcher_assigns_as_ever(component: MakeComponent) -> None:
    dispatch = await with_a_pool(component, "li", "wang")
    ticket = a_ticket()
    [job_id] = await pooled(dispatch, ticket)

    assigned = await decide(dispatch, job_id, "assign", technician_id="wang")
    late = await grab(dispatch, "li", job_id)

    assert assigned.status_code == 200, assigned.text
    assert (late.status_code, late.json()["state"]) == (409, "offered")
    assert await shown(dispatch, "li") == []


async def test_one_who_works_at_two_sites_sees_what_is_pooled_at_both(
    component: MakeComponent,
) -> None:
    dispatch = await with_a_pool(component)
    async with dispatch.http(role="dispatcher", id="dana", site="other") as http:
        await http.put("/v1/sites/other/rules", json={"mode": "pool"})
    await put_technician(dispatch, "li", at="*", sites=["demo", "other"])
    here, there = await pooled(dispatch, a_ticket(), a_ticket(site_id="other"))

    async with dispatch.http(role="technician", id="li", site="*") as http:
        both = (await http.get("/v1/pool")).json()["items"]
        grabbed = await http.post(f"/v1/jobs/{there}/grab", json={})

    assert {each["job"]["id"] for each in both} == {str(here), str(there)}
    assert grabbed.status_code == 200, grabbed.text
    assert await shown(dispatch, "li") == [str(here)]


async def test_of_a_big_crew_the_twenty_best_are_told(component: MakeComponent) -> None:
    dispatch = await with_a_pool(component)
    for n in range(25):
        home = {"lat": 31.2304 + n / 10_000, "lon": 121.4737}
        await put_technician(dispatch, f"t{n:02}", home=home)
    ticket = a_ticket()

    await pooled(dispatch, ticket)

    pool = (await order_of(dispatch, ticket)).jobs[0].pool
    assert pool is not None
    assert pool.told == tuple(f"t{n:02}" for n in range(20))
    assert len(await shown(dispatch, "t24")) == 1


async def test_rules_about_the_pool_are_stored_read_and_warned_of(
    component: MakeComponent,
) -> None:
    dispatch = await component("dispatch")
    site = SiteV1(
        id="demo",
        version=1,
        site_id="demo",
        code="DEMO",
        name="Demo",
        time_zone="Asia/Shanghai",
        categories=(CategoryV1(code="plumbing"),),
    )
    await dispatch.hears(site)
    rules = {
        "mode": "pool",
        "modes": {"plumbing": "manual"},
        "pool_minutes": 30,
        "certificates": {"plumming": ["low_voltage"]},
        "skill_certificates": {"electric": ["low_voltage", "work_at_height"]},
    }
    async with dispatch.http(role="manager") as http:
        put = await http.put("/v1/sites/demo/rules", json=rules)
        read = await http.get("/v1/sites/demo/rules")
        odd = [
            await http.put("/v1/sites/demo/rules", json=each)
            for each in ({"pool_minutes": 0}, {"pool_minutes": 1441}, {"mode": "lottery"})
        ]

    assert put.status_code == 200, put.text
    assert {name: read.json()[name] for name in rules} == rules
    [warning] = put.json()["warnings"]
    assert "`certificates`" in warning
    assert "'plumming'" in warning
    assert [each.status_code for each in odd] == [422] * 3
