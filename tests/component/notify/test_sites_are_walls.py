"""People and endpoints of other sites: not there, not to be changed, not to be sent to."""

from collections.abc import Sequence
from typing import Any

import httpx
import pytest

from shared.contracts import PersonV1, Snapshot
from tests.component.notify.conftest import MakeNotify
from tests.support.component import Component
from tests.unit.notify.stories import Story, a_technician

URL = "http://127.0.0.1:1/"
KNOWN: dict[str, Any] = {
    "works there": lambda _: [a_technician("li")],
    "has a record": lambda _: [
        PersonV1(id="demo/li", version=1, site_id="demo", person_id="li", roles=("resident",))
    ],
    "was told": lambda now: _told(Story(now, reporter="li")),
}


def _told(story: Story) -> Sequence[Snapshot]:
    return [story.ticket(), story.clocks()]


async def ask(
    notify: Component,
    method: str,
    path: str,
    body: Any = None,
    *,
    site: str = "other",
    id: str = "spy",
) -> httpx.Response:
    async with notify.http(role="dispatcher", id=id, site=site) as client:
        return await client.request(method, path, json=body)


def hears(site: str) -> dict[str, Any]:
    return {"audience": [{"role": "dispatcher", "site": site}]}


def sites_of(answer: httpx.Response) -> list[str]:
    """The sites that a recipient is said to listen to."""
    return [each["site"] for each in answer.json()["audience"]]


async def everything(notify: Component, *, site: str) -> list[int]:
    answers = [
        await ask(notify, "PUT", "/v1/recipients/li", {"language": "en"}, site=site),
        await ask(notify, "PUT", "/v1/recipients/li", hears(site), site=site),
        await ask(notify, "GET", "/v1/recipients/li", site=site),
        await ask(notify, "POST", "/v1/endpoints", {"owner": "li", "url": URL}, site=site),
        await ask(notify, "DELETE", "/v1/recipients/li", site=site),
    ]
    return [each.status_code for each in answers]


@pytest.mark.parametrize("how", KNOWN)
async def test_who_is_known_at_other_sites_alone_is_not_there(notify: Component, how: str) -> None:
    await notify.hears(*KNOWN[how](notify.clock.now()))

    foreign = await everything(notify, site="other")
    theirs = await everything(notify, site="demo")

    assert (foreign, theirs) == ([404] * 5, [200, 200, 200, 201, 204])


async def test_who_listens_at_other_sites_alone_is_not_there(notify: Component) -> None:
    await ask(notify, "PUT", "/v1/recipients/li", hears("demo"), site="demo")

    foreign = await everything(notify, site="other")
    theirs = await everything(notify, site="demo")

    assert (foreign, theirs) == ([404] * 5, [200, 200, 200, 201, 204])


async def test_a_record_at_the_site_opens_a_person_to_its_staff_but_not_what_they_hear_elsewhere(
    notify: Component,
) -> None:
    both = {"audience": hears("demo")["audience"] + hears("other")["audience"]}
    await ask(notify, "PUT", "/v1/recipients/li", hears("demo"), site="demo")
    await notify.hears(
        PersonV1(id="other/li", version=1, site_id="other", person_id="li", roles=("manager",))
    )

    put = [await ask(notify, "PUT", "/v1/recipients/li", body) for body in (hears("other"), both)]
    seen = await ask(notify, "GET", "/v1/recipients/li")
    foreign = await ask(notify, "PUT", "/v1/recipients/li", hears("third"))
    left = await ask(notify, "PUT", "/v1/recipients/li", {"audience": []})
    at_demo = await ask(notify, "GET", "/v1/recipients/li", site="demo")
    forgotten = await ask(notify, "DELETE", "/v1/recipients/li")

    assert [sites_of(each) for each in (*put, seen, left)] == [["other"], ["other"], ["other"], []]
    assert sites_of(at_demo) == ["demo"]
    assert (foreign.status_code, forgotten.status_code) == (403, 403)


async def test_who_is_known_nowhere_is_the_first_sites_that_they_are_to_hear_of(
    notify: Component,
) -> None:
    async with notify.http(role="dispatcher", id="new", site="other") as own:
        themself = await own.put("/v1/recipients/new", json={"language": "en"})
    silent = await ask(notify, "PUT", "/v1/recipients/new", {"language": "zh-CN"}, site="demo")
    unseen = await ask(notify, "GET", "/v1/recipients/new", site="demo")
    claimed = await ask(notify, "PUT", "/v1/recipients/new", hears("demo"), site="demo")
    late = await ask(notify, "PUT", "/v1/recipients/new", hears("other"))

    codes = [each.status_code for each in (themself, silent, unseen, claimed, late)]
    assert codes == [200, 404, 404, 200, 404]
    assert claimed.json()["language"] == "en"


async def test_the_owners_other_endpoints_are_neither_listed_nor_in_the_way_of_a_page(
    notify: Component,
) -> None:
    await notify.hears(a_technician("li"))
    made = await ask(notify, "POST", "/v1/endpoints", {"owner": "li", "url": URL}, site="demo")
    async with notify.http(role="technician", id="li") as li:
        for _ in range(3):
            await li.post("/v1/endpoints", json={"url": URL})

    page = await ask(notify, "GET", "/v1/endpoints?owner=li&limit=2", site="demo")
    foreign = await ask(notify, "GET", "/v1/endpoints?owner=li&limit=2")
    one = await ask(notify, "GET", f"/v1/endpoints/{made.json()['id']}")

    assert [each["id"] for each in page.json()["items"]] == [made.json()["id"]]
    assert (foreign.json()["items"], one.status_code) == ([], 404)


async def test_a_registrar_has_a_bounded_number_of_endpoints_for_others(
    make_notify: MakeNotify,
) -> None:
    notify = await make_notify(endpoints_per_registrar=2)

    made = [
        await ask(notify, "POST", "/v1/endpoints", {"owner": owner, "url": URL}, site="demo")
        for owner in ("a", "b", "c", "spy")
    ]
    another = await ask(
        notify, "POST", "/v1/endpoints", {"owner": "c", "url": URL}, site="demo", id="dana"
    )
    await ask(notify, "DELETE", f"/v1/endpoints/{made[0].json()['id']}", site="demo")
    again = await ask(notify, "POST", "/v1/endpoints", {"owner": "c", "url": URL}, site="demo")

    assert [each.status_code for each in (*made, another, again)] == [201, 201, 409, 201, 201, 201]
    assert (made[2].json()["code"], made[2].json()["limit"]) == ("too_many_endpoints", 2)
