"""`Idempotency-Key`: the same answer, the effect once, also when two come at the very same time."""

import asyncio
from collections.abc import AsyncIterator
from datetime import datetime
from pathlib import Path

import httpx
import pytest

from shared.ids import new_id
from tests.kernel.conftest import MakeDatabase
from tests.kernel.http.toy_app import ToyApp, make_app
from tests.support.clocks import SettableClock
from tests.support.issuer import token

KEY = {"Idempotency-Key": "k1"}
NOTE = new_id()


@pytest.fixture
async def standing_still(
    database: MakeDatabase, tmp_path: Path
) -> AsyncIterator[tuple[ToyApp, SettableClock]]:
    clock = SettableClock()
    made = await make_app(await database("toy"), tmp_path, clock=clock)
    yield made, clock
    await made.close()


async def test_the_same_key_gets_the_same_answer_and_the_effect_once(toy: ToyApp) -> None:
    first = await toy.http().post("/v1/notes", json={"words": "a"}, headers=KEY)

    again = await toy.http().post("/v1/notes", json={"words": "a"}, headers=KEY)

    assert (
        (again.status_code, again.content)
        == (first.status_code, first.content)
        == (201, again.content)
    )
    assert (again.headers["etag"], again.headers["location"]) == (
        first.headers["etag"],
        first.headers["location"],
    )
    assert again.headers["idempotency-replayed"] == "true"
    assert await toy.count("notes") == await toy.count("outbox") == 1


@pytest.mark.parametrize(
    ("path", "words"),
    [("/v1/notes", "b"), ("/v1/notes?more=1", "a")],
    ids=["another body", "another query"],
)
async def test_the_same_key_for_something_else_is_422(toy: ToyApp, path: str, words: str) -> None:
    await toy.http().post("/v1/notes", json={"words": "a"}, headers=KEY)

    answer = await toy.http().post(path, json={"words": words}, headers=KEY)

    assert (answer.status_code, answer.json()["code"]) == (422, "idempotency_key_reused")
    assert await toy.count("notes") == 1


async def test_the_same_key_of_another_caller_is_another_key(toy: ToyApp) -> None:
    await toy.http().post("/v1/notes", json={"words": "a"}, headers=KEY)

    answer = await toy.http(token("dan", [("dispatcher", "demo")])).post(
        "/v1/notes", json={"words": "b"}, headers=KEY
    )

    assert answer.status_code == 201


async def test_a_key_in_flight_is_409_and_then_answers(toy: ToyApp) -> None:
    toy.app.state.gate, toy.app.state.at_gate = asyncio.Event(), asyncio.Event()
    first = asyncio.create_task(toy.http().post("/v1/notes", json={"words": "a"}, headers=KEY))
    await toy.app.state.at_gate.wait()

    meanwhile = await toy.http().post("/v1/notes", json={"words": "a"}, headers=KEY)
    toy.app.state.gate.set()

    assert (meanwhile.status_code, meanwhile.json()["code"]) == (409, "idempotency_key_in_flight")
    assert (await first).status_code == 201
    assert (await toy.http().post("/v1/notes", json={"words": "a"}, headers=KEY)).content == (
        await first
    ).content


async def test_of_many_at_once_one_has_the_effect(toy: ToyApp) -> None:
    answers = await asyncio.gather(
        *(toy.http().post("/v1/notes", json={"words": "a"}, headers=KEY) for _ in range(40))
    )

    made = {answer.json()["id"] for answer in answers if answer.status_code == 201}
    assert {answer.status_code for answer in answers} <= {201, 409}
    assert len(made) == 1
    assert await toy.count("notes") == await toy.count("outbox") == 1


async def test_a_failure_is_not_kept(toy: ToyApp) -> None:
    failed = await toy.http().post("/v1/notes", json={"words": "refused"}, headers=KEY)

    answer = await toy.http().post("/v1/notes", json={"words": "a"}, headers=KEY)

    assert (failed.status_code, answer.status_code) == (412, 201)
    assert await toy.count("outbox") == 1


async def test_a_secret_is_shown_once_and_kept_under_no_key(toy: ToyApp) -> None:
    first = await toy.http().post("/v1/notes/keys", json={"words": "a"}, headers=KEY)
    again = await toy.http().post("/v1/notes/keys", json={"words": "a"}, headers=KEY)
    other = await toy.http().post("/v1/notes/keys", json={"words": "b"}, headers=KEY)

    (kept,) = await toy.rows("select body, created_at from idempotency_keys")
    assert first.json().keys() == {"id", "secret"}
    assert again.json().keys() == {"id", "secret_shown_at"}
    assert datetime.fromisoformat(again.json()["secret_shown_at"]) == kept["created_at"]
    assert (first.status_code, again.status_code, other.status_code) == (201, 201, 422)
    assert first.json()["id"] == again.json()["id"]
    assert first.headers["etag"] == again.headers["etag"]
    assert {each.headers["cache-control"] for each in (first, again)} == {"no-store"}
    assert first.json()["secret"] not in kept["body"]
    assert await toy.count("notes") == 1


async def test_a_token_that_can_be_made_anew_is_kept_under_no_key_and_made_anew(
    toy: ToyApp,
) -> None:
    first, again = [await toy.http().post(f"/v1/notes/{NOTE}/token", headers=KEY) for _ in range(2)]

    assert (first.status_code, again.status_code) == (200, 200)
    assert first.json()["token"] != again.json()["token"]
    assert {each.headers["cache-control"] for each in (first, again)} == {"no-store"}
    assert await toy.count("idempotency_keys") == 0


@pytest.mark.parametrize("key", ["", "x" * 201, "é", "a\tb"])
async def test_a_key_that_is_none_is_refused(toy: ToyApp, key: str) -> None:
    answer = await toy.http().post(
        "/v1/notes", json={"words": "a"}, headers={b"idempotency-key": key.encode("latin-1")}
    )

    assert answer.status_code == 422
    assert await toy.count("notes") == 0


async def test_keys_are_swept_after_a_day(standing_still: tuple[ToyApp, SettableClock]) -> None:
    toy, clock = standing_still
    far = token("dora", [("dispatcher", "demo")], exp=4_000_000_000)
    await toy.http(far).post("/v1/notes", json={"words": "a"}, headers=KEY)
    sweep = toy.service.due_workers["idempotency_keys"]

    clock.move(hours=23)
    assert await sweep.run_due() == 0
    clock.move(hours=2)
    assert await sweep.run_due() == 1

    assert (
        await toy.http(far).post("/v1/notes", json={"words": "b"}, headers=KEY)
    ).status_code == 201


async def test_a_crash_between_the_commit_and_the_answer_changes_no_answer(
    toy: ToyApp, tmp_path: Path
) -> None:
    committed = asyncio.Event()

    def crash(_: object) -> None:
        committed.set()
        raise KilledAfterCommit

    toy.service.database.after.published = crash
    with pytest.raises(KilledAfterCommit):
        await toy.http().post("/v1/notes", json={"words": "a"}, headers=KEY)
    (kept,) = await toy.rows("select body from idempotency_keys")
    after = await make_app(toy.service.settings.database_url, tmp_path)

    again = await after.http().post("/v1/notes", json={"words": "a"}, headers=KEY)
    await after.close()

    assert committed.is_set()
    assert (again.status_code, again.text, again.headers["idempotency-replayed"]) == (
        201,
        kept["body"],
        "true",
    )
    assert await toy.count("notes") == await toy.count("outbox") == 1


async def test_the_same_key_at_two_instances_has_one_effect_and_one_answer(
    toy: ToyApp, tmp_path: Path
) -> None:
    other = await make_app(toy.service.settings.database_url, tmp_path)
    asking = [
        (toy, other)[n % 2]
        .http()
        .post("/v1/notes", json={"words": "a"}, headers={"Idempotency-Key": f"k{n // 2}"})
        for n in range(40)
    ]

    answers = await asyncio.gather(*asking)
    later = [
        await toy.http().post(
            "/v1/notes", json={"words": "a"}, headers={"Idempotency-Key": f"k{n // 2}"}
        )
        for n in range(40)
    ]
    await other.close()

    assert {answer.status_code for answer in answers} <= {201, 409}
    assert all(
        now.content == then.content
        for then, now in zip(answers, later, strict=True)
        if then.status_code == 201
    )
    assert await toy.count("notes") == await toy.count("outbox") == 20


async def test_who_was_refused_because_the_same_has_just_been_done_gets_its_answer(
    toy: ToyApp, tmp_path: Path
) -> None:
    note = (await toy.http().post("/v1/notes", json={"words": "a"})).json()
    other = await make_app(toy.service.settings.database_url, tmp_path)

    async def change(at: ToyApp) -> httpx.Response:
        return await at.http().patch(
            f"/v1/notes/{note['id']}", json={"words": "b"}, headers={**KEY, "If-Match": '"1"'}
        )

    answers = await asyncio.gather(change(toy), change(other))
    await other.close()

    assert {answer.status_code for answer in answers} <= {200, 409}
    assert {answer.json()["code"] for answer in answers if answer.status_code == 409} <= {
        "idempotency_key_in_flight"
    }
    assert (await change(toy)).json()["version"] == 2


class KilledAfterCommit(BaseException):
    """The process dies: nothing after it is run."""
