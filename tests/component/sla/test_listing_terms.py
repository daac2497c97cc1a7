"""Policies and calendars in lists, policies withdrawn, and what is odd about a policy."""

import httpx
import pytest

from shared.contracts.categories import Nature, Road
from shared.contracts.tickets import CategoryV1
from tests.support.component import Component
from tests.unit.sla.tickets import a_site, a_ticket, after

TARGETS = {"urgent": {"counted_in": "wall", "response": 7, "arrival": 30, "resolution": 120}}


def manager(sla: Component, site: str = "demo") -> httpx.AsyncClient:
    return sla.http(role="manager", id="manager-1", site=site)


async def write(client: httpx.AsyncClient, id: str, site_id: str | None, **more: object) -> None:
    body = {"site_id": site_id, "targets": TARGETS, **more}
    assert (await client.put(f"/v1/policies/{id}", json=body)).status_code == 201


async def ids(client: httpx.AsyncClient, path: str) -> list[str]:
    """Of every page, with two a page."""
    found: list[str] = []
    while path:
        answer = await client.get(path)
        assert answer.status_code == 200, answer.text
        found += [item["id"] for item in answer.json()["items"]]
        path = answer.headers.get("link", "").partition("<")[2].partition(">")[0]
    return found


async def test_each_sees_the_policies_of_their_sites_and_those_for_all(sla: Component) -> None:
    async with sla.http(role="admin", site="*") as admin:
        for id, site in (("a", "demo"), ("b", None), ("c", "other"), ("d", "demo"), ("e", None)):
            await write(admin, id, site)
        everything = await ids(admin, "/v1/policies?limit=2")
        at_other = await ids(admin, "/v1/policies?limit=2&site=other")
    async with sla.http(role="dispatcher", site="demo") as dispatcher:
        theirs = await ids(dispatcher, "/v1/policies?limit=2")
        foreign = await dispatcher.get("/v1/policies?site=other")
    async with sla.http(role="resident", site="demo") as resident:
        none = await resident.get("/v1/policies")

    assert everything == ["a", "b", "c", "d", "e"]
    assert at_other == ["b", "c", "e"]
    assert theirs == ["a", "b", "d", "e"]
    assert (foreign.status_code, none.status_code) == (404, 403)


async def test_each_sees_the_calendars_of_their_sites_and_those_for_all(sla: Component) -> None:
    hours = {"time_zone": "Asia/Shanghai", "always_open": True}
    async with sla.http(role="admin", site="*") as admin:
        for id, site in (("demo", "demo"), ("all", None), ("other", "other")):
            body = {**hours, "site_id": site}
            assert (await admin.put(f"/v1/calendars/{id}", json=body)).status_code == 201
        everything = await ids(admin, "/v1/calendars?limit=2")
    async with manager(sla) as client:
        theirs = await ids(client, "/v1/calendars?limit=1")

    assert (everything, theirs) == (["all", "demo", "other"], ["all", "demo"])


async def test_a_withdrawn_policy_times_what_was_opened_under_it_and_nothing_after(
    sla: Component,
) -> None:
    early, late = a_ticket(opened_at=after(minutes=1)), a_ticket(opened_at=after(minutes=3))
    async with manager(sla) as client:
        await write(client, "mistaken", "demo")
        sla.clock.set(after(minutes=2))
        gone = await client.delete("/v1/policies/mistaken", headers={"If-Match": '"1"'})
        read = await client.get("/v1/policies/mistaken")
        listed = await ids(client, "/v1/policies")

    await sla.hears(early, late)

    by_ticket = {fact.subject_id: fact.snapshot.policy_id for fact in await sla.said()}
    assert (gone.status_code, read.status_code, listed) == (204, 404, [])
    assert by_ticket == {str(early.id): "mistaken", str(late.id): "default"}


async def test_what_is_withdrawn_can_be_written_again_as_the_next_version(sla: Component) -> None:
    async with manager(sla) as client:
        await write(client, "demo", "demo")
        await client.delete("/v1/policies/demo", headers={"If-Match": '"1"'})
        again = await client.put("/v1/policies/demo", json={"site_id": "demo"})
    async with sla.http(role="admin", site="*") as admin:
        await admin.delete("/v1/policies/demo", headers={"If-Match": '"2"'})
        for_another = await admin.put("/v1/policies/demo", json={"site_id": "other"})

    assert (again.status_code, again.json()["version"], again.headers["etag"]) == (201, 2, '"2"')
    assert for_another.status_code == 409  # its versions time tickets of its site


@pytest.mark.parametrize(
    ("role", "site", "headers", "status"),
    [
        ("manager", "demo", {}, 428),
        ("manager", "demo", {"If-Match": '"3"'}, 412),
        ("manager", "other", {"If-Match": '"1"'}, 404),
        ("dispatcher", "demo", {"If-Match": '"1"'}, 403),
    ],
)
async def test_only_who_has_read_it_and_manages_the_site_withdraws_a_policy(
    sla: Component, role: str, site: str, headers: dict[str, str], status: int
) -> None:
    async with manager(sla) as client:
        await write(client, "demo", "demo")
    async with sla.http(role=role, site=site) as other:
        answer = await other.delete("/v1/policies/demo", headers=headers)
    async with manager(sla) as client:
        read = await client.get("/v1/policies/demo")

    assert (answer.status_code, read.status_code) == (status, 200)


async def test_the_default_policy_cannot_be_withdrawn(sla: Component) -> None:
    async with sla.http(role="admin", site="*") as admin:
        answer = await admin.delete("/v1/policies/default", headers={"If-Match": '"1"'})

    assert answer.status_code == 409


async def test_a_policy_that_no_ticket_matches_is_stored_with_a_warning(sla: Component) -> None:
    plumbing = CategoryV1(code="plumbing")
    complaint = CategoryV1(code="complaint", nature=Nature.COMPLAINT, road=Road.DESK)
    await sla.hears(a_site().model_copy(update={"categories": (plumbing, complaint)}))
    async with sla.http(role="admin", site="*") as admin:
        warnings, remarks = {}, {}
        for id, site_id, match in (
            ("typo", "demo", {"category": "plumming"}),
            ("typo-for-all", None, {"category": "plumming"}),
            ("channel", "demo", {"channel": "telephone"}),
            ("nowhere", "demmo", {"category": "plumbing"}),
            ("praise", "demo", {"nature": "praise"}),
            ("no-complaint", None, {"category": "plumbing", "nature": "complaint"}),
            ("complaints", "demo", {"nature": "complaint"}),
            ("faults", "demo", {"category": "plumbing", "nature": "fault"}),
            ("right", "demo", {"category": "plumbing", "channel": "phone"}),
        ):
            body = {"site_id": site_id, "match": match}
            answer = await admin.put(f"/v1/policies/{id}", json=body)
            assert answer.status_code == 201
            warnings[id] = answer.json()["warnings"]
            for each in answer.json()["remarks"]:
                remarks[id] = each["code"], each["values"]
            assert (await admin.get(f"/v1/policies/{id}")).json()["warnings"] == warnings[id]
        listed = (await admin.get("/v1/policies")).json()["items"]

    assert {item["id"]: item["warnings"] for item in listed} == warnings
    assert warnings["right"] == warnings["complaints"] == warnings["faults"] == []
    assert "No category of site 'demo' is of nature 'praise'" in warnings["praise"][0]
    assert "'plumbing' of any site is of nature 'complaint'" in warnings["no-complaint"][0]
    assert "'plumming'" in warnings["typo"][0]
    assert "known are: complaint, plumbing" in warnings["typo"][0]
    assert "any site" in warnings["typo-for-all"][0]
    assert "'telephone'" in warnings["channel"][0]
    assert "no site 'demmo'" in warnings["nowhere"][0]
    assert remarks == {
        "typo": ("unknown_category", {"category": "plumming"}),
        "typo-for-all": ("unknown_category", {"category": "plumming"}),
        "channel": ("unknown_channel", {"channel": "telephone"}),
        "nowhere": ("no_such_site", {"site": "demmo"}),
        "praise": ("no_such_nature", {"nature": "praise", "category": ""}),
        "no-complaint": ("no_such_nature", {"nature": "complaint", "category": "plumbing"}),
    }
