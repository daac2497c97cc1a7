"""Endpoints over HTTP: who may keep them, how they are changed, tried out and sent to again."""

import httpx
import pytest

from shared.ids import new_id
from tests.component.notify.conftest import register, send
from tests.component.notify.receiver import Receiver
from tests.support.component import Component
from tests.unit.notify.stories import Story

URL = "http://127.0.0.1:1/hook"


async def test_a_registration_answers_with_id_and_secret_which_is_not_shown_again(
    notify: Component,
) -> None:
    async with notify.http(role="admin", id="admin") as client:
        made = await client.post(
            "/v1/endpoints", json={"owner": "wang", "url": URL, "kinds": ["job.offered"]}
        )
        shown = await client.get(made.headers["Location"])

    assert made.status_code == 201
    assert made.json()["secret"].startswith("whsec_")
    assert (shown.json()["id"], shown.json()["kinds"], shown.headers["ETag"]) == (
        made.json()["id"],
        ["job.offered"],
        '"1"',
    )
    assert "secret" not in shown.json()


async def test_a_registration_repeated_under_its_key_is_the_same_without_its_secret(
    notify: Component,
) -> None:
    async with notify.http(role="technician", id="wang") as client:
        made, again = [
            await client.post(
                "/v1/endpoints", json={"url": URL}, headers={"Idempotency-Key": "once"}
            )
            for _ in range(2)
        ]
        listed = (await client.get("/v1/endpoints")).json()["items"]

    shown, left = made.json(), again.json()
    assert (made.status_code, again.status_code) == (201, 201)
    assert {each.headers["Cache-Control"] for each in (made, again)} == {"no-store"}
    assert made.headers["Location"] == again.headers["Location"]
    assert left.pop("secret_shown_at")
    assert shown.pop("secret").startswith("whsec_")
    assert shown == left
    assert len(listed) == 1


async def test_a_rotation_repeated_under_its_key_rotates_once_and_shows_no_secret(
    notify: Component, receiver: Receiver
) -> None:
    endpoint = await register(notify, receiver)
    url, once = f"/v1/endpoints/{endpoint['id']}/secret:rotate", {"Idempotency-Key": "once"}

    async with notify.http(role="technician", id="wang") as client:
        first, again = [await client.post(url, headers=once) for _ in range(2)]
        await client.post(f"/v1/endpoints/{endpoint['id']}:test")
    await send(notify)

    assert first.headers["Cache-Control"] == "no-store"
    assert again.json()["version"] == first.json()["version"] == 2
    assert "secret" not in again.json()
    assert receiver.got[0].verified(first.json()["secret"])


async def test_kinds_stay_where_they_are_left_out_and_null_is_all_of_them(
    notify: Component,
) -> None:
    async with notify.http(role="technician", id="wang") as client:
        made = await client.post("/v1/endpoints", json={"url": URL, "kinds": ["job.offered"]})
        shown = []
        for body in ({"enabled": True}, {"kinds": None}, {"kinds": ["job.offered"]}):
            url = made.headers["Location"]
            version = {"If-Match": (await client.get(url)).headers["ETag"]}
            shown.append((await client.patch(url, json=body, headers=version)).json()["kinds"])

    assert shown == [["job.offered"], None, ["job.offered"]]


@pytest.mark.parametrize(
    "body",
    [
        {"url": "not a url"},
        {"url": "ftp://example.com/"},
        {"url": URL, "kinds": ["no.such.kind"]},
        {"url": URL, "kinds": []},
        {"url": URL, "owner": "a\nb"},
        {"url": 7},
        {"url": URL, "surprise": 1},
        {},
    ],
)
async def test_what_makes_no_sense_is_refused_with_its_place(
    notify: Component, body: dict[str, object]
) -> None:
    async with notify.http(role="technician", id="wang") as client:
        answer = await client.post("/v1/endpoints", json=body)

    assert answer.status_code == 422
    assert answer.json()["errors"]


async def test_an_owner_has_a_bounded_number(notify: Component) -> None:
    async with notify.http(role="technician", id="wang") as client:
        made = [
            (await client.post("/v1/endpoints", json={"url": URL})).status_code for _ in range(21)
        ]

    assert made == [201] * 20 + [409]


async def test_a_stranger_neither_registers_for_others_nor_sees_theirs(
    notify: Component, receiver: Receiver
) -> None:
    endpoint = await register(notify, receiver)
    url = f"/v1/endpoints/{endpoint['id']}"

    async with notify.http(id="resident-1") as client:
        answers = [
            await client.post("/v1/endpoints", json={"owner": "wang", "url": URL}),
            await client.get(url),
            await client.get(f"{url}/attempts"),
            await client.patch(url, json={"enabled": False}, headers={"If-Match": '"1"'}),
            await client.post(f"{url}/secret:rotate"),
            await client.post(f"{url}:test"),
            await client.post(f"{url}:replay", json={"message_id": str(new_id())}),
            await client.delete(url),
        ]
        listed = await client.get("/v1/endpoints", params={"owner": "wang"})

    assert [answer.status_code for answer in answers] == [403] + [404] * 7
    assert listed.json()["items"] == []


async def test_what_staff_of_one_site_register_hears_nothing_of_another(
    notify: Component, receiver: Receiver
) -> None:
    async with notify.http(role="dispatcher", id="spy", site="elsewhere") as client:
        made = await client.post("/v1/endpoints", json={"owner": "resident-1", "url": receiver.url})
    here, there = Story(notify.clock.now()), Story(notify.clock.now(), site="elsewhere")

    await notify.hears(here.ticket(), here.clocks(), there.ticket(), there.clocks())
    await send(notify)

    assert made.status_code == 201
    assert [got.body["data"]["ticket_id"] for got in receiver.got] == [str(there.ticket_id)]


async def test_a_change_demands_the_version_that_was_read(
    notify: Component, receiver: Receiver
) -> None:
    endpoint = await register(notify, receiver)
    url = f"/v1/endpoints/{endpoint['id']}"

    async with notify.http(role="technician", id="wang") as client:
        without = await client.patch(url, json={"enabled": False})
        stale = await client.patch(url, json={"enabled": False}, headers={"If-Match": '"7"'})
        off = await client.patch(url, json={"enabled": False}, headers={"If-Match": '"1"'})
        on = await client.patch(
            url, json={"enabled": True}, headers={"If-Match": off.headers["ETag"]}
        )

    assert [without.status_code, stale.status_code, off.status_code, on.status_code] == [
        428,
        412,
        200,
        200,
    ]
    assert off.json()["disabled_reason"] == "by_owner"
    assert on.json()["disabled_at"] is None


async def test_after_a_rotation_both_secrets_verify_for_a_day(
    notify: Component, receiver: Receiver
) -> None:
    endpoint = await register(notify, receiver)
    async with notify.http(role="technician", id="wang") as client:
        rotated = (await client.post(f"/v1/endpoints/{endpoint['id']}/secret:rotate")).json()
        await client.post(f"/v1/endpoints/{endpoint['id']}:test")
        await send(notify)
        notify.clock.move(hours=25)
        await client.post(f"/v1/endpoints/{endpoint['id']}:test")
        await send(notify)

    both, new_alone = receiver.got
    assert rotated["secret"] != endpoint["secret"]
    assert both.verified(endpoint["secret"]) == both.verified(rotated["secret"])
    assert len(new_alone.headers["webhook-signature"].split()) == 1


async def test_a_test_reaches_the_endpoint_and_does_not_lie_unread(
    notify: Component, receiver: Receiver
) -> None:
    endpoint = await register(notify, receiver, kinds=["job.offered"])
    async with notify.http(role="technician", id="wang") as client:
        tried = await client.post(f"/v1/endpoints/{endpoint['id']}:test")
        await send(notify)
        unread = (await client.get("/v1/inbox")).json()["unread"]

    assert (tried.status_code, unread) == (202, 0)
    assert [got.id for got in receiver.got] == [tried.json()["message_id"]]
    assert receiver.got[0].kind == "endpoint.test"


async def test_messages_are_sent_again_under_their_ids(
    notify: Component, receiver: Receiver
) -> None:
    endpoint = await register(notify, receiver, "resident-1")
    before = notify.clock.now()
    for _ in range(3):
        story = Story(notify.clock.now())
        await notify.hears(story.ticket(), story.clocks())
    await send(notify)
    url = f"/v1/endpoints/{endpoint['id']}:replay"

    async with notify.http(id="resident-1") as client:
        one = await client.post(url, json={"message_id": receiver.got[0].id})
        await send(notify)
        all_ = await client.post(url, json={"since": before.isoformat()})
        await send(notify)
        neither: httpx.Response = await client.post(url, json={})

    assert (one.json()["replayed"], all_.json()["replayed"], neither.status_code) == (1, 3, 422)
    assert len(receiver.got) == 7
    assert len({got.id for got in receiver.got}) == 3


async def test_an_offer_that_is_over_is_not_sent_again(
    notify: Component, receiver: Receiver
) -> None:
    endpoint = await register(notify, receiver)
    story = Story(notify.clock.now())
    await notify.hears(story.ticket(), story.offered("wang"))
    await send(notify)
    notify.clock.move(minutes=10)

    async with notify.http(role="technician", id="wang") as client:
        again = await client.post(
            f"/v1/endpoints/{endpoint['id']}:replay", json={"message_id": receiver.got[0].id}
        )

    assert again.json()["replayed"] == 0


async def test_without_a_version_no_address_is_looked_up(notify: Component) -> None:
    async with notify.http(role="admin", id="admin") as client:
        made = await client.post("/v1/endpoints", json={"owner": "wang", "url": URL})
        answer = await client.patch(made.headers["Location"], json={"url": "0"})

    assert answer.status_code == 428


@pytest.mark.parametrize("verb", ["test", "replay"])
async def test_a_verb_of_an_endpoint_has_one_method(notify: Component, verb: str) -> None:
    transport = httpx.ASGITransport(app=notify.app)  # the contract knows no other methods
    async with httpx.AsyncClient(transport=transport, base_url="http://notify") as client:
        answers = [
            await client.request(method, f"/v1/endpoints/{new_id()}:{verb}")
            for method in ("GET", "PATCH", "DELETE", "OPTIONS")
        ]

    assert [answer.status_code for answer in answers] == [405] * 4
    assert {answer.headers["Allow"] for answer in answers} == {"POST"}
