"""Endpoints' secrets in the database: sealed, sealed anew by a newer key, and never lost."""

import json
from collections.abc import Mapping
from typing import Any

import asyncpg
import pytest
from sqlalchemy import text

from services.notify.actions.keep_secrets import RESEALING, read_secrets
from tests.component.notify.conftest import MakeNotify, register, send
from tests.component.notify.receiver import Receiver
from tests.support.component import SECRETS_KEYS, Component
from tests.unit.notify.stories import Story

K2 = (("k2", b"2" * 32),)


async def stored(notify: Component) -> list[dict[str, Any]]:
    """Every secret as it lies in the database."""
    async with notify.tx() as tx:
        rows = await tx.rows(text("select secrets from endpoints order by id"))
    return [secret for row in rows for secret in row["secrets"]]


async def marks(notify: Component) -> set[str]:
    return {each["value"].rpartition(":")[0].partition("/")[0] for each in await stored(notify)}


async def beside(make: MakeNotify, notify: Component, keys: Any) -> Component:
    """Another instance on the same database, with other keys."""
    url = notify.service.settings.database_url
    return await make(database_url=url, secrets_keys=keys, clock=notify.clock)


async def tell(notify: Component, owner: str) -> None:
    story = Story(notify.clock.now())
    await notify.hears(story.ticket(), story.offered(owner))
    await send(notify)


async def secrets_of(notify: Component) -> Mapping[str, Any]:
    """What `/readyz` says of them."""
    async with notify.tx() as tx:
        return await read_secrets(tx, notify.app.state.sealer)


async def put_plain(notify: Component, endpoint: dict[str, Any]) -> None:
    """As a release left it that sealed no secrets."""
    connection = await asyncpg.connect(notify.service.settings.database_url)
    await connection.execute(
        "update endpoints set secrets = $1::jsonb where id = $2",
        json.dumps([{"value": endpoint["secret"], "until": None}]),
        endpoint["id"],
    )
    await connection.close()


async def test_no_secret_lies_in_the_database_in_plain(
    notify: Component, receiver: Receiver
) -> None:
    made = await register(notify, receiver)
    async with notify.http(role="technician", id="wang") as client:
        keyed = {"Idempotency-Key": "once"}
        body = {"url": receiver.url}
        second = (await client.post("/v1/endpoints", json=body, headers=keyed)).json()
        rotate = f"/v1/endpoints/{made['id']}/secret:rotate"
        third = (await client.post(rotate, headers={"Idempotency-Key": "twice"})).json()
    await tell(notify, "wang")

    async with notify.tx() as tx:
        tables = await tx.rows(text("select tablename from pg_tables where schemaname = 'public'"))
        rows = [
            row["whole"]
            for table in tables
            for row in await tx.rows(text(f'select t::text as whole from "{table["tablename"]}" t'))
        ]
    everything = "".join(rows)
    assert str(made["id"]) in everything
    for secret in (made["secret"], second["secret"], third["secret"]):
        assert secret.removeprefix("whsec_") not in everything
    assert len(receiver.got) == 2


async def test_keys_are_changed_in_bounded_steps_and_then_the_old_one_can_go(
    make_notify: MakeNotify, receiver: Receiver
) -> None:
    before = await make_notify()
    made = [await register(before, receiver, f"t{n}") for n in range(3)]
    during = await beside(make_notify, before, (*K2, *SECRETS_KEYS))
    waiting = await secrets_of(during)
    async with during.tx() as tx:
        step = await during.service.due_workers[RESEALING].work.claim(tx, [], 2)

    sealed_anew = await during.runs_due(RESEALING)
    again = await during.runs_due(RESEALING)
    after = await beside(make_notify, before, K2)
    await tell(after, "t1")

    assert [*waiting] == ["secrets_of_older_keys"]
    assert (len(step), sealed_anew, again) == (2, 3, 0)
    assert await marks(after) == {"sealed:k2"}
    assert await secrets_of(after) == {}
    assert receiver.got[0].verified(made[1]["secret"])


async def test_secrets_of_a_release_that_sealed_none_sign_and_are_sealed(
    notify: Component, receiver: Receiver
) -> None:
    made = await register(notify, receiver)
    await put_plain(notify, made)
    await tell(notify, "wang")

    waiting = await secrets_of(notify)
    sealed = await notify.runs_due(RESEALING)
    await tell(notify, "wang")

    assert (waiting, sealed) == ({"secrets_of_older_keys": {"plain": 1}}, 1)
    assert await marks(notify) == {"sealed:tests"}
    assert [bool(got.verified(made["secret"])) for got in receiver.got] == [True, True]


@pytest.mark.parametrize("keys", [K2, ((SECRETS_KEYS[0][0], b"3" * 32),)], ids=["gone", "another"])
async def test_with_a_wrong_key_messages_wait_and_go_out_once_the_right_one_is_back(
    make_notify: MakeNotify, receiver: Receiver, keys: Any
) -> None:
    right = await make_notify()
    made = await register(right, receiver)
    lying = await stored(right)
    wrong = await beside(make_notify, right, keys)
    await tell(wrong, "wang")
    async with wrong.http(role="technician", id="wang") as client:
        attempts = (await client.get(f"/v1/endpoints/{made['id']}/attempts")).json()["items"]
        endpoint = (await client.get(f"/v1/endpoints/{made['id']}")).json()
    async with wrong.tx() as tx:
        (delivery,) = await tx.rows(text("select state, attempts, reason from deliveries"))

    sealed = await wrong.runs_due(RESEALING)
    unreadable = await secrets_of(wrong)
    right.clock.move(seconds=31)
    await send(right)

    assert (attempts, endpoint["failing_since"], endpoint["disabled_at"]) == ([], None, None)
    assert (delivery["state"], delivery["attempts"]) == ("pending", 0)
    assert "FETTLE_SECRETS_KEYS" in delivery["reason"]
    assert (sealed, await stored(right)) == (0, lying)
    assert [sum(by_key.values()) for by_key in unreadable.values()] == [1]
    assert [*unreadable] == ["secrets_unreadable"]
    assert [bool(got.verified(made["secret"])) for got in receiver.got] == [True]


async def test_a_rotation_helps_where_the_key_is_lost(
    make_notify: MakeNotify, receiver: Receiver
) -> None:
    right = await make_notify()
    made = await register(right, receiver)
    wrong = await beside(make_notify, right, K2)

    async with wrong.http(role="technician", id="wang") as client:
        rotated = (await client.post(f"/v1/endpoints/{made['id']}/secret:rotate")).json()
    await tell(wrong, "wang")

    assert receiver.got[0].verified(rotated["secret"])


async def test_a_removed_endpoint_leaves_no_secret(notify: Component, receiver: Receiver) -> None:
    made = await register(notify, receiver)

    async with notify.http(role="technician", id="wang") as client:
        await client.delete(f"/v1/endpoints/{made['id']}")

    assert await stored(notify) == []
