"""Sites that no one listens to are seen: in the list, beside being ready, in a metric, and by facts
for other services.
"""

import re
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from services.notify.actions.read_audiences import read_details
from shared.contracts import PersonV1
from tests.component.notify.conftest import MakeNotify
from tests.support.component import Component
from tests.unit.notify.stories import the_site


def a_site(id: str, *, version: int = 1, **more: Any) -> Any:
    return the_site().model_copy(
        update={"id": id, "site_id": id, "version": version, "code": id.upper(), **more}
    )


async def listen(notify: Component, id: str, *sites: str) -> None:
    async with notify.http(role="admin", id="admin", site="*") as client:
        audience = [{"role": "dispatcher", "site": site} for site in sites]
        answer = await client.put(f"/v1/recipients/{id}", json={"audience": audience})
    assert answer.status_code == 200


async def unheard(notify: Component, **given: Any) -> list[str]:
    async with notify.http(role="admin", id="admin", site="*") as client:
        answer = await client.get("/v1/audiences", params={"unheard": True, **given})
    return [item["site"] for item in answer.json()["items"]]


async def details(notify: Component) -> Mapping[str, Any]:
    async with notify.tx() as tx:
        return await read_details(tx)


async def told(notify: Component) -> list[tuple[str, int, int]]:
    """(site, version, listeners) of every fact about an audience."""
    facts = [fact for fact in await notify.said() if fact.type.startswith("notify.audience.")]
    return [(fact.snapshot.id, fact.version, fact.snapshot.listeners) for fact in facts]


async def test_a_site_is_unheard_until_someone_listens_to_it_or_to_every_site(
    notify: Component,
) -> None:
    await notify.hears(
        a_site("a"),
        a_site("b"),
        a_site("c"),
        a_site("gone", removed_at=datetime(2026, 1, 1, tzinfo=UTC)),
    )

    at_first = await unheard(notify)
    await listen(notify, "wang", "a")
    then = await unheard(notify)
    await listen(notify, "chief", "*")

    assert (at_first, then, await unheard(notify)) == (["a", "b", "c"], ["b", "c"], [])


async def test_the_list_says_who_hears_of_each_site_of_the_callers_own(notify: Component) -> None:
    await notify.hears(a_site("a"), a_site("b"))
    await listen(notify, "wang", "a")
    await listen(notify, "chief", "*")

    async with notify.http(role="dispatcher", id="d", site="a") as client:
        items = (await client.get("/v1/audiences")).json()["items"]
        elsewhere = (await client.get("/v1/audiences", params={"site": "b"})).json()["items"]
    async with notify.http(role="technician", id="li", site="a") as client:
        forbidden = await client.get("/v1/audiences")

    assert [item["site"] for item in items] == ["a"]
    assert [(each["recipient_id"], each["site"]) for each in items[0]["listeners"]] == [
        ("chief", "*"),
        ("wang", "a"),
    ]
    assert (elsewhere, forbidden.status_code) == ([], 403)


async def test_the_list_comes_in_pages(notify: Component) -> None:
    await notify.hears(*(a_site(id) for id in "abc"))

    async with notify.http(role="admin", id="admin", site="*") as client:
        first = await client.get("/v1/audiences", params={"limit": 2})
        second = await client.get(first.headers["Link"].partition("<")[2].partition(">")[0])

    assert [item["site"] for item in first.json()["items"]] == ["a", "b"]
    assert [item["site"] for item in second.json()["items"]] == ["c"]
    assert "Link" not in second.headers


async def test_being_ready_names_the_first_ten_and_says_how_many(notify: Component) -> None:
    await notify.hears(*(a_site(f"s{n:02}") for n in range(12)))

    before = await details(notify)
    await listen(notify, "chief", "*")

    assert before == {"sites_unheard": {"count": 12, "names": [f"s{n:02}" for n in range(10)]}}
    assert await details(notify) == {}


async def test_the_metric_counts_them(notify: Component) -> None:
    await notify.hears(a_site("a"), a_site("b"))
    await listen(notify, "wang", "a")

    async with notify.http(role=None) as prometheus:
        text = (await prometheus.get("/metrics")).text

    assert re.findall(r"^fettle_sites_unheard (\S+)$", text, re.MULTILINE) == ["1.0"]


async def test_how_many_listen_is_told_when_it_changes_and_no_more(notify: Component) -> None:
    await listen(notify, "wang", "a")
    await listen(notify, "wang", "a")
    await listen(notify, "li", "a", "b")
    await listen(notify, "wang")
    async with notify.http(role="admin", id="admin", site="*") as client:
        await client.delete("/v1/recipients/li")

    assert await told(notify) == [
        ("a", 1, 1),
        ("a", 2, 2),
        ("b", 1, 1),
        ("a", 3, 1),
        ("a", 4, 0),
        ("b", 2, 0),
    ]


async def test_who_is_no_longer_staff_there_by_record_is_no_listener(notify: Component) -> None:
    def a_record(version: int, *roles: str, **more: Any) -> PersonV1:
        ids = {"id": "a/wang", "site_id": "a", "person_id": "wang"}
        return PersonV1(**ids, version=version, roles=roles, **more)

    await notify.hears(a_site("a"), a_site("b"))
    await listen(notify, "wang", "a", "b")
    heard = [await unheard(notify)]
    for record in (
        a_record(1, "resident"),
        a_record(2, "manager"),
        a_record(3),
        a_record(4, removed_at=datetime(2026, 1, 1, tzinfo=UTC)),
    ):
        await notify.hears(record)
        heard.append(await unheard(notify))

    assert heard == [[], ["a"], [], ["a"], []]
    assert [each[::2] for each in await told(notify) if each[0] == "a"][-5:] == [
        *(("a", 1), ("a", 0), ("a", 1), ("a", 0), ("a", 1)),
    ]


async def test_a_site_that_is_heard_of_again_has_its_audience_told_again(notify: Component) -> None:
    await notify.hears(a_site("a"))
    await listen(notify, "wang", "a")
    await notify.hears(a_site("a", version=2))
    await notify.hears(a_site("a", version=2))

    assert await told(notify) == [("a", 1, 0), ("a", 2, 1), ("a", 3, 1)]


async def test_two_instances_count_every_listener_once(make_notify: MakeNotify) -> None:
    one = await make_notify()
    other = await make_notify(database_url=one.service.settings.database_url)

    await listen(one, "wang", "a")
    await listen(other, "li", "a")

    assert await told(one) == [("a", 1, 1), ("a", 2, 2)]
