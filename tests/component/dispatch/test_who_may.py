"""Who may work on a job and look at it, and how what is wrong is refused."""

from uuid import UUID

import pytest

from tests.component.dispatch.with_tokens import an_open_offer
from tests.component.dispatch.world import (
    a_ticket,
    decide,
    offered_and_accepted,
    put_technician,
    rest,
    rows,
    work,
)
from tests.support.component import MakeComponent


async def test_nobody_but_its_technician_works_on_a_job(component: MakeComponent) -> None:
    dispatch = await component("dispatch")
    await put_technician(dispatch, "li")
    job_id, _ = await offered_and_accepted(dispatch, a_ticket())

    answers = {}
    for role in ("resident", "technician", "dispatcher", "admin", "integration"):
        async with dispatch.http(role=role, id="somebody") as http:
            answers[role] = (await http.post(f"/v1/jobs/{job_id}/complete")).status_code

    assert answers == {
        "resident": 403,
        "technician": 404,
        "dispatcher": 403,
        "admin": 403,
        "integration": 403,
    }


async def test_what_one_may_not_see_is_not_there(component: MakeComponent) -> None:
    dispatch = await component("dispatch")
    await put_technician(dispatch, "li")
    job_id, _ = await offered_and_accepted(dispatch, a_ticket())

    async def looks(role: str, id: str, site: str) -> tuple[int, int, int, int]:
        async with dispatch.http(role=role, id=id, site=site) as http:
            one = await http.get(f"/v1/jobs/{job_id}")
            why = await http.get(f"/v1/jobs/{job_id}/explanation")
            all_ = await http.get("/v1/jobs")
            rules = await http.get("/v1/sites/demo/rules")
            return (
                one.status_code,
                why.status_code,
                len(all_.json().get("items", [])),
                rules.status_code,
            )

    assert await looks("dispatcher", "dana", "demo") == (200, 200, 1, 200)
    assert await looks("dispatcher", "dana", "other") == (404, 404, 0, 404)
    assert await looks("technician", "li", "demo") == (200, 403, 1, 403)
    assert await looks("technician", "wang", "demo") == (404, 403, 0, 403)
    assert await looks("resident", "resident-1", "demo") == (403, 403, 0, 403)


async def test_the_list_of_jobs_is_filtered_and_paged(component: MakeComponent) -> None:
    dispatch = await component("dispatch")
    await put_technician(dispatch, "li", capacity=2)
    tickets = [a_ticket() for _ in range(5)]
    await dispatch.hears(*tickets)
    await rest(dispatch)

    async with dispatch.http(role="dispatcher", id="dana") as http:
        first = await http.get("/v1/jobs", params={"limit": 3})
        second = await http.get(first.links["next"]["url"])
        waiting = await http.get("/v1/jobs", params={"state": "waiting"})
        at_site = await http.get("/v1/jobs", params={"site": "demo"})
        elsewhere = await http.get("/v1/jobs", params={"site": "elsewhere"})
        bad = await http.get("/v1/jobs", params={"cursor": "x"})
        of_ticket = await http.get("/v1/jobs", params={"ticket_id": str(tickets[0].id)})

    listed = [UUID(item["ticket_id"]) for item in first.json()["items"] + second.json()["items"]]
    assert listed == [ticket.id for ticket in reversed(tickets)]
    assert "next" not in second.links
    assert len(waiting.json()["items"]) == 3
    assert (len(at_site.json()["items"]), elsewhere.json()["items"]) == (5, [])
    assert bad.status_code == 400
    assert len(of_ticket.json()["items"]) == 1


async def test_a_technician_without_webhooks_sees_offers_and_jobs_with_what_they_need_to_know(
    component: MakeComponent,
) -> None:
    dispatch = await component("dispatch")
    await put_technician(dispatch, "li")
    ticket, offer = await an_open_offer(dispatch)

    async with dispatch.http(role="technician", id="li") as http:
        offers = (await http.get("/v1/me/offers")).json()["items"]
        nothing = (await http.get("/v1/me/jobs")).json()["items"]
        await http.post(f"/v1/offers/{offer.id}/accept")
        jobs = (await http.get("/v1/me/jobs")).json()["items"]
        none_left = (await http.get("/v1/me/offers")).json()["items"]

    assert [each["offer_id"] for each in offers] == [str(offer.id)]
    assert offers[0]["job"]["ticket"]["reference"] == ticket.reference
    assert (nothing, none_left) == ([], [])
    assert [(job["ticket_id"], job["state"]) for job in jobs] == [(str(ticket.id), "accepted")]
    assert jobs[0]["ticket"]["place"]["unit"] == "1202"


async def test_a_technician_sees_of_a_job_that_has_ended_what_they_needed_to_know(
    component: MakeComponent,
) -> None:
    dispatch = await component("dispatch")
    await put_technician(dispatch, "li")
    ticket = a_ticket()
    job_id, _ = await offered_and_accepted(dispatch, ticket)
    for step in ("travel", "arrive", "start", "complete"):
        await work(dispatch, "li", job_id, step)

    async with dispatch.http(role="technician", id="li") as http:
        [ended] = (await http.get("/v1/jobs?state=completed")).json()["items"]
        alone = (await http.get(f"/v1/jobs/{job_id}")).json()
    async with dispatch.http(role="technician", id="wang") as http:
        of_another = (await http.get("/v1/jobs?state=completed")).json()["items"]

    assert ended["ticket"] == alone["ticket"]
    assert (ended["ticket"]["reference"], ended["ticket"]["place"]["unit"]) == (
        ticket.reference,
        "1202",
    )
    assert of_another == []


@pytest.mark.parametrize("verb", ["travel", "pause", "complete", "return", "follow-up"])
async def test_bad_input_is_no_fault_of_ours(component: MakeComponent, verb: str) -> None:
    dispatch = await component("dispatch")
    await put_technician(dispatch, "li")
    job_id, _ = await offered_and_accepted(dispatch, a_ticket())

    async with dispatch.http(role="technician", id="li") as http:
        path = f"/v1/jobs/{job_id}/{verb}"
        json_ = {"content-type": "application/json"}
        statuses = [
            (await http.post(path, json={"surprise": 1})).status_code,
            (await http.post(path, content=b'{"note": "\\ud800"}', headers=json_)).status_code,
            (await http.post(path, content=b'{"minutes": NaN}', headers=json_)).status_code,
            (await http.post(path, content=b'{"a": 1, "a": 2}', headers=json_)).status_code,
            (await http.post(path, content=b"[" * 2000, headers=json_)).status_code,
            (
                await http.post(path, content=b"x", headers={"content-type": "text/plain"})
            ).status_code,
        ]
        unknown = await http.post(f"/v1/jobs/not-an-id/{verb}")

    assert all(400 <= status < 500 for status in statuses), statuses
    assert unknown.status_code == 422
    assert await rows(dispatch, "select state from jobs") == [{"state": "accepted"}]


async def test_what_is_illegal_says_what_would_be_legal(component: MakeComponent) -> None:
    dispatch = await component("dispatch")
    await put_technician(dispatch, "li")
    job_id, _ = await offered_and_accepted(dispatch, a_ticket())

    paused = await work(dispatch, "li", job_id, "pause", reason="no_access")
    assigned = await decide(dispatch, job_id, "assign", technician_id="li")

    assert paused.status_code == 409
    assert paused.json()["code"] == "illegal_step"
    assert paused.json()["legal"] == [
        "travel",
        "arrive",
        "start",
        "return",
        "complete",
        "follow-up",
    ]
    assert (assigned.status_code, assigned.json()["legal"]) == (409, ["withdraw"])
