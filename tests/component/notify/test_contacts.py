"""Contacts: written by the person and by those who look after them, and seen by the same."""

import asyncio
from collections.abc import Mapping
from typing import Any

import httpx
import pytest
from sqlalchemy import text

from services.notify.actions.put_contacts import put_contacts
from services.notify.domain.contacts import Contact, ContactsGiven, read_contacts
from shared.auth.caller import Caller, Grant, Role
from shared.contracts import PersonV1
from shared.ids import PersonId, SiteId
from tests.component.notify.conftest import MakeNotify
from tests.support.component import Component
from tests.unit.notify.stories import Story

LI = {"name": "李明", "phone": "138 0013 8000", "email": "Li@Example.com"}
STORED = {"name": "李明", "phone": "+8613800138000", "email": "Li@example.com"}


def lives(person: str, site: str = "demo") -> PersonV1:
    return PersonV1(id=f"{site}/{person}", version=1, site_id=site, person_id=person)


async def put(
    notify: Component,
    id: str,
    body: Mapping[str, Any],
    *,
    by: str | None = None,
    role: str = "resident",
    site: str = "demo",
    **headers: str,
) -> httpx.Response:
    async with notify.http(role=role, id=by or id, site=site) as client:
        return await client.put(f"/v1/recipients/{id}", json=body, headers=headers)


async def found(notify: Component, phone: str, *, site: str = "demo") -> list[str]:
    async with notify.http(role="dispatcher", id="desk", site=site) as client:
        answer = await client.get("/v1/recipients", params={"phone": phone})
    assert answer.status_code == 200, answer.text
    return [each["id"] for each in answer.json()["items"]]


def contacts_in(answer: httpx.Response) -> dict[str, Any]:
    assert answer.status_code == 200, answer.text
    return {each: answer.json()[each] for each in STORED}


async def test_what_is_left_out_stays_and_null_clears(notify: Component) -> None:
    first = await put(notify, "li", LI)
    phone = await put(notify, "li", {"phone": "+49 30 901820"})
    language = await put(notify, "li", {"language": "en"})
    cleared = await put(notify, "li", {"email": None})
    again = await put(notify, "li", {"email": None})

    assert contacts_in(first) == STORED
    assert contacts_in(phone) == {**STORED, "phone": "+4930901820"}
    assert contacts_in(language) == contacts_in(phone)
    assert contacts_in(cleared) == {**STORED, "phone": "+4930901820", "email": None}
    versions = [each.json()["version"] for each in (first, phone, language, cleared, again)]
    assert versions == [1, 2, 3, 4, 4]


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"phone": "110"}, "/phone"),
        ({"email": "li@example"}, "/email"),
        ({"name": "Li\nBcc: all@example.com"}, "/name"),
        ({"name": " "}, "/name"),
        ({"phone": ""}, "/phone"),
    ],
)
async def test_a_bad_contact_changes_nothing(
    notify: Component, body: dict[str, Any], field: str
) -> None:
    await put(notify, "li", LI)

    refused = await put(notify, "li", {**body, "language": "en"})

    assert refused.status_code == 422
    assert field in refused.text
    assert contacts_in(await put(notify, "li", {})) == STORED


async def test_the_person_and_who_shares_a_site_with_them_see_them(notify: Component) -> None:
    await notify.hears(lives("li"))
    await put(notify, "li", LI)

    seen = {}
    for role, site in [
        *((role, site) for role in ("dispatcher", "integration") for site in ("demo", "other")),
        ("technician", "demo"),
        ("resident", "demo"),
    ]:
        async with notify.http(role=role, id="spy", site=site) as client:
            seen[role, site] = (await client.get("/v1/recipients/li")).status_code
    own = await put(notify, "li", {})

    assert contacts_in(own) == STORED
    assert seen == {
        ("dispatcher", "demo"): 200,
        ("dispatcher", "other"): 404,
        ("integration", "demo"): 200,
        ("integration", "other"): 404,
        ("technician", "demo"): 403,
        ("resident", "demo"): 403,
    }


async def test_the_desk_finds_people_of_its_sites_by_any_spelling_of_their_number(
    notify: Component,
) -> None:
    await notify.hears(lives("li"), lives("wu"), lives("an", "other"))
    for person in ("li", "wu", "an", "stranger"):
        await put(notify, person, {"phone": "13800138000"})
    await put(notify, "me", {"phone": "13800138001"})

    for spelling in ("138 0013 8000", "+8613800138000", "0086-138-0013-8000"):
        assert await found(notify, spelling) == ["li", "wu"]
    assert await found(notify, "13800138000", site="other") == ["an"]
    assert await found(notify, "13800138000", site="*") == ["an", "li", "stranger", "wu"]
    assert await found(notify, "13800138002") == []
    async with notify.http(role="dispatcher", id="desk", site="*") as client:
        at_one = await client.get("/v1/recipients?phone=13800138000&site=other")
        page = await client.get("/v1/recipients?phone=13800138000&limit=3")
        rest = await client.get(page.headers["Link"].partition("<")[2].partition(">")[0])
        no_number = await client.get("/v1/recipients?phone=110")
    assert [each["id"] for each in at_one.json()["items"]] == ["an"]
    assert [each["id"] for each in rest.json()["items"]] == ["wu"]
    assert (no_number.status_code, no_number.json()["field"]) == (422, "/phone")
    async with notify.http(role="dispatcher", id="desk") as client:
        foreign = await client.get("/v1/recipients?phone=13800138000&site=other")
    assert foreign.status_code == 404


async def test_a_number_without_a_country_is_one_of_the_operators(make_notify: MakeNotify) -> None:
    notify = await make_notify(phone_country="+44")

    answer = await put(notify, "li", {"phone": "020 7946 0958"})

    assert answer.json()["phone"] == "+442079460958"


async def test_contacts_are_erased_with_the_person_and_kept_under_no_key(
    notify: Component,
) -> None:
    keyed = [
        await put(notify, "li", LI, **{"Idempotency-Key": "one"}),
        await put(notify, "li", LI, **{"Idempotency-Key": "one"}),
    ]
    async with notify.http(id="li") as client:
        gone = await client.delete("/v1/recipients/li")

    left = []
    async with notify.tx() as tx:
        for table in ("recipients", "idempotency_keys", "outbox", "endpoints"):
            rows = await tx.rows(text(f"select cast(t.* as text) as row from {table} t"))
            left += [row["row"] for row in rows]
    assert [each.json()["version"] for each in keyed] == [1, 1]
    assert gone.status_code == 204
    assert [row for row in left if "138001" in row or "xample" in row or "李明" in row] == []


async def test_a_site_does_not_erase_how_another_reaches_a_person(notify: Component) -> None:
    await notify.hears(lives("li"), lives("li", "other"))
    await put(notify, "li", LI)

    async with notify.http(role="admin", id="boss") as client:
        refused = await client.delete("/v1/recipients/li")
    async with notify.http(role="admin", id="root", site="*") as client:
        kept = (await client.get("/v1/recipients/li")).json()
        gone = await client.delete("/v1/recipients/li")

    assert (refused.status_code, gone.status_code) == (403, 204)
    assert kept["email"] == STORED["email"]


async def test_no_message_tells_of_contacts(notify: Component) -> None:
    story = Story(notify.clock.now(), reporter="li")
    await put(notify, "li", LI)

    await notify.hears(*story.begun())

    assert "138001" not in str([fact.snapshot for fact in await notify.said()])


def given(**written: str | None) -> ContactsGiven:
    return read_contacts({Contact(name): each for name, each in written.items()}, country="+86")


def staff(site: str) -> Caller:
    return Caller(id=PersonId("desk"), roles=(Grant(Role.DISPATCHER, SiteId(site)),))


async def stored(notify: Component) -> dict[str, tuple[int, Any, Any, Any]]:
    async with notify.tx() as tx:
        rows = await tx.rows(text("select * from recipients order by id"))
    return {row["id"]: (row["version"], row["name"], row["phone"], row["email"]) for row in rows}


async def test_many_are_put_at_once_each_with_what_is_named_of_them(notify: Component) -> None:
    await put(notify, "li", LI)
    await notify.hears(lives("li"), lives("an", "other"))
    people = {
        PersonId("li"): given(phone=None),
        PersonId("an"): given(name="An"),
        PersonId("new"): given(name="New", email="new@example.com"),
    }

    async with notify.tx() as tx:
        others = await put_contacts(tx, people, by=staff("demo"))
    async with notify.tx() as tx:
        await put_contacts(tx, people, by=staff("demo"))

    assert others == {"an"}
    assert await stored(notify) == {
        "li": (2, "李明", None, "Li@example.com"),
        "new": (1, "New", None, "new@example.com"),
    }


async def test_contacts_put_at_the_same_time_are_all_kept(notify: Component) -> None:
    async def put_many(contact: str, value: str) -> None:
        async with notify.tx() as tx:
            people = {PersonId(f"p{n}"): given(**{contact: value}) for n in range(20)}
            await put_contacts(tx, people, by=staff("*"))

    await asyncio.gather(
        put_many("name", "Li"),
        put_many("phone", "13800138000"),
        put_many("email", "li@example.com"),
        *(put(notify, f"p{n}", {"language": "en"}) for n in range(20)),
    )

    kept = {each[1:] for each in (await stored(notify)).values()}
    assert kept == {("Li", "+8613800138000", "li@example.com")}
    async with notify.tx() as tx:
        spoken = await tx.rows(text("select distinct language from recipients"))
    assert [row["language"] for row in spoken] == ["en"]
