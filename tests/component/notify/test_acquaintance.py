"""As what people are known, for those who look after every site."""

from typing import Any

import pytest

from shared.contracts import PersonV1
from shared.contracts.people import Residency
from tests.component.notify.test_mails import put
from tests.support.component import Component
from tests.unit.notify.stories import Story, a_technician


async def acquaintance(notify: Component, id: str = "li", **caller: str) -> Any:
    async with notify.http(
        **{"role": "integration", "id": "portal", "site": "*", **caller}
    ) as http:
        answer = await http.get(f"/v1/recipients/{id}/acquaintance")
    assert answer.headers["cache-control"] == "no-store"
    return answer.json()


async def test_a_person_is_known_by_records_work_messages_and_what_they_listen_to(
    notify: Component,
) -> None:
    lives = (Residency(unit="1-1", since=notify.clock.now()),)
    story = Story(notify.clock.now(), site="told", reporter="li")
    await notify.hears(
        a_technician("li"),
        PersonV1(id="home/li", version=1, site_id="home", person_id="li", units=lives),
        PersonV1(id="desk/li", version=1, site_id="desk", person_id="li", roles=("manager",)),
        PersonV1(id="left/li", version=1, site_id="left", person_id="li"),
        PersonV1(id="*/li", version=1, site_id="*", person_id="li", units_left=("9-9",)),
        *story.begun(),
        *Story(notify.clock.now(), site="again", reporter="li").begun(),
    )
    await put(notify, "li", {"audience": [{"role": "dispatcher", "site": "*"}]}, by="x", site="*")

    found = await acquaintance(notify)

    assert [(each["site"], each["role"]) for each in found["known"]] == [
        ("*", "dispatcher"),
        ("again", None),
        ("demo", "technician"),
        ("desk", "manager"),
        ("home", "resident"),
        ("left", None),
        ("told", None),
    ]


async def test_a_record_that_ended_and_a_technician_who_left_are_no_acquaintance(
    notify: Component,
) -> None:
    now = notify.clock.now()
    gone = a_technician("li").model_copy(update={"removed_at": now, "version": 2})
    ended = PersonV1(id="a/li", version=2, site_id="a", person_id="li", removed_at=now)
    await notify.hears(gone, ended)

    assert await acquaintance(notify) == {"known": [], "own_email": None}


async def test_an_address_is_a_persons_own_until_others_give_another(notify: Component) -> None:
    async def own_after(email: str, *, by: str | None) -> Any:
        await put(notify, "li", {"email": email}, by=by, site="*")
        return (await acquaintance(notify))["own_email"]

    assert await own_after("desk@example.com", by="desk") is None
    assert await own_after("li@example.com", by=None) == "li@example.com"
    assert await own_after("li@example.com", by="desk") == "li@example.com"
    assert await own_after("desk@example.com", by="desk") is None
    assert await own_after("desk@example.com", by=None) == "desk@example.com"


@pytest.mark.parametrize("role", ["admin", "integration"])
async def test_who_looks_after_some_sites_is_not_told(notify: Component, role: str) -> None:
    await notify.hears(a_technician("li"))
    async with notify.http(role=role, id="boss", site="demo") as http:
        answer = await http.get("/v1/recipients/li/acquaintance")

    assert answer.status_code == 404
