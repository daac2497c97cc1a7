"""What was given up, for the staff of its sites to see."""

from typing import Any
from uuid import UUID

import httpx
from sqlalchemy import text

from services.notify.store import failed_deliveries
from tests.component.notify.conftest import register, send
from tests.component.notify.receiver import Receiver
from tests.component.notify.test_sending import tell_resident
from tests.support.component import Component

_GIVE_UP = "update deliveries set state = 'failed', reason = 'attempts_exhausted: 500'"


async def given_up(notify: Component, receiver: Receiver, times: int = 1) -> None:
    """Have so many deliveries to a resident given up."""
    await register(notify, receiver, "resident-1")
    receiver.answer(500)
    await tell_resident(notify, times)
    await send(notify)
    async with notify.tx() as tx:
        await tx.execute(text(_GIVE_UP))


async def failed(notify: Component, query: dict[str, Any] | None = None, **who: Any) -> Any:
    async with notify.http(**{"role": "dispatcher", "id": "desk", **who}) as client:
        return await client.get("/v1/failed-deliveries", params=query or {})


async def pages_of(notify: Component, limit: int) -> list[list[UUID]]:
    pages, url = [], f"/v1/failed-deliveries?limit={limit}"
    async with notify.http(role="dispatcher", id="desk") as client:
        while url:
            answer: httpx.Response = await client.get(url)
            assert answer.status_code == 200, answer.text
            pages.append([each["id"] for each in answer.json()["items"]])
            url = answer.headers.get("link", "").split(";")[0].strip("<>")
    return pages


async def test_what_was_given_up_says_why_and_what_it_was_to_say_to_whom(
    notify: Component, receiver: Receiver
) -> None:
    await given_up(notify, receiver)

    (item,) = (await failed(notify)).json()["items"]

    assert (item["reason"], item["state"]) == ("attempts_exhausted: 500", "failed")
    assert (item["recipient_id"], item["kind"], item["site_id"]) == (
        "resident-1",
        "ticket.received",
        "demo",
    )
    assert item["title"] == "已收到您的报修 DEMO-1042-K"


async def test_it_is_sent_again_by_its_endpoint_and_message(
    notify: Component, receiver: Receiver
) -> None:
    await given_up(notify, receiver)
    (item,) = (await failed(notify)).json()["items"]
    receiver.answer(204)

    async with notify.http(role="admin", id="admin", site="*") as client:
        again = await client.post(
            f"/v1/endpoints/{item['endpoint_id']}:replay", json={"message_id": item["message_id"]}
        )
    await send(notify)

    assert (again.status_code, again.json()) == (202, {"replayed": 1})
    assert (await failed(notify)).json()["items"] == []


async def test_staff_see_what_is_about_their_sites_alone(
    notify: Component, receiver: Receiver
) -> None:
    await given_up(notify, receiver)

    assert (await failed(notify, site="annex")).json()["items"] == []
    assert len((await failed(notify, site="*")).json()["items"]) == 1
    assert len((await failed(notify, {"site": "demo"}, site="*")).json()["items"]) == 1
    assert (await failed(notify, {"site": "annex"}, site="*")).json()["items"] == []
    assert (await failed(notify, {"site": "demo"}, site="annex")).status_code == 404
    for role in ("resident", "technician", "integration"):
        assert (await failed(notify, role=role)).status_code == 403


async def test_the_list_goes_on_page_by_page_also_over_what_is_of_other_sites(
    notify: Component, receiver: Receiver, monkeypatch: Any
) -> None:
    await given_up(notify, receiver, times=5)
    async with notify.tx() as tx:
        await tx.execute(
            text(
                "update messages set site_id = 'annex' where id in (select message_id from "
                "deliveries order by id desc limit 2)"
            )
        )
    monkeypatch.setattr(failed_deliveries, "_LOOKED_AT", 2)

    by_two = await pages_of(notify, 50)

    assert [len(page) for page in by_two] == [0, 2, 1]
    shown = [id for page in by_two for id in page]
    assert shown == sorted(shown, reverse=True)
    assert [id for page in await pages_of(notify, 1) for id in page] == shown


async def test_those_who_manage_endpoints_list_all_of_them_whosever_they_are(
    notify: Component, receiver: Receiver
) -> None:
    theirs = await register(notify, receiver, "resident-1")
    async with notify.http(role="integration", id="machine") as client:
        body = {"owner": "wang", "url": "http://127.0.0.1:1/hook"}
        registered = (await client.post("/v1/endpoints", json=body)).json()["id"]

    async def listed(**who: Any) -> list[str]:
        async with notify.http(**who) as client:
            answer = await client.get("/v1/endpoints", params={"managed": "true"})
            assert answer.status_code == 200, answer.text
            return [each["id"] for each in answer.json()["items"]]

    assert await listed(role="admin", id="admin", site="*") == [registered, theirs["id"]]
    assert await listed(role="dispatcher", id="desk") == [registered]
    assert await listed(role="dispatcher", id="desk", site="annex") == []
    assert await listed(role="resident", id="resident-1") == [theirs["id"]]
    async with notify.http(role="admin", id="admin", site="*") as client:
        both = await client.get("/v1/endpoints", params={"managed": "true", "owner": "wang"})
    assert both.status_code == 422
