"""A fact that nobody can handle is parked alone, with its reason; its neighbours go on."""

import json
from collections.abc import AsyncIterator, Sequence
from datetime import UTC, datetime
from typing import Any, NamedTuple
from uuid import UUID

import pytest
from sqlalchemy import text

from shared.clock import SystemClock
from shared.contracts import TicketV1
from shared.db.transaction import Database, Transaction
from shared.errors import NotFound
from shared.messaging.consumer import Consumer
from shared.messaging.dead_letters import claim_dead_letter, drop_dead_letter
from shared.messaging.handlers import on, stores
from shared.messaging.positions import load_position
from shared.messaging.received import Malformed, NotOfItsOwner
from tests.kernel.conftest import MakeDatabase
from tests.kernel.toy import METADATA, a_ticket, count, count_tickets
from tests.support.component import as_stored, received


@on(TicketV1)
async def _count_repaired(tx: Transaction, tickets: Sequence[TicketV1]) -> None:
    await count(tx, [ticket.model_copy(update={"title": "repaired"}) for ticket in tickets])


CREATED = datetime(2026, 1, 1, tzinfo=UTC)
TYPE = "tickets.ticket.opened.v1"


class Follower(NamedTuple):
    consumer: Consumer
    database: Database

    async def counted(self) -> set[str]:
        async with self.database.transaction() as tx:
            return {
                str(row["ticket_id"])
                for row in await tx.rows(text("select ticket_id from counted"))
            }

    async def retries(self, id: UUID) -> None:
        async with self.database.transaction() as tx:
            _, fact = await claim_dead_letter(tx, id)
            await self.consumer.retry(tx, fact)

    async def dead_letters(self) -> list[dict[str, Any]]:
        async with self.database.transaction() as tx:
            return [
                dict(row) for row in await tx.rows(text("select * from dead_letters order by id"))
            ]


@pytest.fixture
async def follower(database: MakeDatabase) -> AsyncIterator[Follower]:
    db = Database(await database("sla"), metadata=METADATA, clock=SystemClock(), name="sla")
    yield Follower(Consumer("sla", "tickets", [count_tickets], db), db)
    await db.close()


async def test_a_poison_fact_among_good_ones_parks_alone(follower: Follower) -> None:
    good, poison = [a_ticket() for _ in range(20)], a_ticket(title="poison")
    facts = [received(ticket) for ticket in (*good[:10], poison, *good[10:])]

    await follower.consumer.apply(facts, created=CREATED)

    [dead_letters] = await follower.dead_letters()
    assert await follower.counted() == {str(ticket.id) for ticket in good}
    assert dead_letters["reason"] == "ValueError: this one cannot be handled"
    assert "in count" in str(dead_letters["stack"])
    assert dead_letters["fact_id"] == facts[10].fact_id
    async with follower.database.transaction() as tx:
        position = await load_position(tx, "sla-tickets")
    assert position is not None
    assert position.seq == facts[-1].seq


MALFORMED = {
    "no JSON": b"{",
    "empty": b"",
    "invalid UTF-8": b'{"ticket": {"title": "\xff"}}',
    "no object": b"[1, 2]",
    "no entity": b'{"comment": {}}',
    "entity is text": b'{"ticket": "x"}',
    "bad schema": b'{"ticket": {"id": 7}}',
    "nested deep": b'{"ticket": ' + b"[" * 5000 + b"]" * 5000 + b"}",
    "half a surrogate": b'{"ticket": {"title": "\\ud800"}}',
}


@pytest.mark.parametrize("body", MALFORMED.values(), ids=MALFORMED.keys())
async def test_what_is_no_fact_becomes_a_dead_letter_at_once_with_the_reason(
    follower: Follower, body: bytes
) -> None:
    good = a_ticket()
    bad = as_stored(seq=1, type=TYPE, headers={"ce-id": "bad"}, body=body)

    await follower.consumer.apply([received(good), bad], created=CREATED)

    [dead_letters] = await follower.dead_letters()
    assert str(dead_letters["reason"]).startswith("Malformed: ")
    assert bytes(dead_letters["body"]) == body
    assert await follower.counted() == {str(good.id)}


UNSTORABLE = {
    "NUL in a text": {"title": "a\x00b"},
    "version beyond 64 bits": {"version": 10**30},
    "infinite number": {"rating": float("inf")},
}


@pytest.mark.parametrize("change", UNSTORABLE.values(), ids=UNSTORABLE.keys())
async def test_what_the_database_cannot_take_becomes_a_dead_letter_and_its_neighbours_go_on(
    follower: Follower, change: dict[str, object]
) -> None:
    good = a_ticket()
    bad = {"ticket": {**a_ticket().model_dump(mode="json"), **change}}
    fact = as_stored(seq=1, type=TYPE, headers={"ce-id": "bad"}, body=json.dumps(bad).encode())

    await follower.consumer.apply([received(good), fact], created=CREATED)

    assert len(await follower.dead_letters()) == 1
    assert await follower.counted() == {str(good.id)}


@pytest.mark.parametrize(
    "type_",
    [
        "tickets.ticket.opened.v2",
        "tickets.invoice.sent.v1",
        "tickets.ticket",
        "tickets.ticket.opened.v²",
    ],
)
async def test_a_type_or_a_version_that_is_not_known_is_skipped(
    follower: Follower, type_: str
) -> None:
    await follower.consumer.apply(
        [as_stored(seq=9, type=type_, headers={}, body=b"whatever")], created=CREATED
    )

    assert await follower.dead_letters() == []
    async with follower.database.transaction() as tx:
        position = await load_position(tx, "sla-tickets")
    assert position is not None
    assert position.seq == 9


async def test_two_bad_facts_without_an_id_both_become_dead_letters(follower: Follower) -> None:
    bad = [as_stored(seq=1, type=TYPE, headers={}, body=body) for body in (b"{", b"}", b"{")]

    await follower.consumer.apply(bad, created=CREATED)

    assert sorted(bytes(row["body"]) for row in await follower.dead_letters()) == [b"{", b"}"]


@pytest.mark.parametrize(
    "value",
    ["a\x00b", 'a\\u0000"', "\\", "ü\ufffd", "x" * 5000],
    ids=["NUL", "escaped NUL", "backslash", "text", "long"],
)
async def test_headers_full_of_nonsense_become_dead_letters_all_the_same(
    follower: Follower, value: str
) -> None:
    bad = as_stored(seq=1, type=TYPE, headers={"ce-id": value, "x-more": value}, body=b"{")

    await follower.consumer.apply([bad], created=CREATED)

    assert len(await follower.dead_letters()) == 1


@pytest.mark.parametrize(
    "wrong",
    [
        {"stream": "NOTIFY"},
        {"type": "notify.ticket.opened.v1"},
        {"type": "x"},
        {"headers": {"ce-id": "1", "ce-source": "/fettle/notify"}},
        {"headers": {"ce-id": "1"}},
    ],
    ids=["stream", "subject", "no subject", "source", "no source"],
)
async def test_a_fact_of_another_than_the_owner_is_a_dead_letter_that_no_retry_takes(
    follower: Follower, wrong: dict[str, Any]
) -> None:
    forged, good = received(a_ticket())._replace(**wrong), a_ticket()

    await follower.consumer.apply([forged, received(good)], created=CREATED)

    [dead_letter] = await follower.dead_letters()
    with pytest.raises(NotOfItsOwner):
        await follower.retries(dead_letter["id"])
    assert await follower.counted() == {str(good.id)}
    assert str(dead_letter["reason"]).startswith("NotOfItsOwner: not of tickets: stream ")
    assert (follower.consumer.refused, follower.consumer.dead_letters) == (1, 1)


async def test_a_dead_letter_is_handled_after_the_repair(follower: Follower) -> None:
    poison = a_ticket(title="poison")
    await follower.consumer.apply([received(poison)], created=CREATED)
    [dead_letters] = await follower.dead_letters()
    repaired = Follower(
        Consumer("sla", "tickets", [_count_repaired], follower.database), follower.database
    )

    await repaired.retries(dead_letters["id"])

    assert await follower.dead_letters() == []
    assert await follower.counted() == {str(poison.id)}


async def test_a_dead_letter_that_fails_again_stays_a_dead_letter(follower: Follower) -> None:
    await follower.consumer.apply(
        [received(a_ticket(title="poison")), as_stored(seq=1, type=TYPE, headers={}, body=b"{")],
        created=CREATED,
    )

    for dead_letters in await follower.dead_letters():
        with pytest.raises((ValueError, Malformed)):
            await follower.retries(dead_letters["id"])

    assert len(await follower.dead_letters()) == 2


async def test_a_dead_letter_that_was_overtaken_changes_nothing_when_it_is_retried(
    follower: Follower,
) -> None:
    poison = a_ticket(title="poison")
    newer = a_ticket(poison.id, version=2, title="better")
    await follower.consumer.apply([received(poison)], created=CREATED)
    await follower.consumer.apply([received(newer)], created=CREATED)
    [dead_letters] = await follower.dead_letters()

    await follower.retries(dead_letters["id"])

    assert await follower.dead_letters() == []
    async with follower.database.transaction() as tx:
        rows = await tx.rows(text("select version, title from counted"))
    assert [dict(row) for row in rows] == [{"version": 2, "title": "better"}]


async def test_a_dead_letter_can_be_dropped_once(follower: Follower) -> None:
    await follower.consumer.apply([received(a_ticket(title="poison"))], created=CREATED)
    [dead_letters] = await follower.dead_letters()

    async with follower.database.transaction() as tx:
        await drop_dead_letter(tx, dead_letters["id"])

    assert await follower.dead_letters() == []
    with pytest.raises(NotFound):
        async with follower.database.transaction() as tx:
            await drop_dead_letter(tx, dead_letters["id"])


@pytest.mark.parametrize(
    ("words", "is_stored"),
    [(r"a\u0000b", False), (r"a\\\u0000", False), (r"a\\u0000b", True), (r"\\\\u0000", True)],
)
async def test_a_nul_in_what_is_only_stored_is_parked_and_words_that_spell_one_are_not(
    database: MakeDatabase, words: str, is_stored: bool
) -> None:
    db = Database(await database("sla"), metadata=METADATA, clock=SystemClock(), name="sla")
    follower = Follower(Consumer("sla", "tickets", [stores(TicketV1)], db), db)
    ticket = a_ticket(title="words")
    body = received(ticket).body.replace(b'"words"', f'"{words}"'.encode())

    await follower.consumer.apply(
        [as_stored(seq=1, type=TYPE, headers={"ce-id": "one"}, body=body)], created=CREATED
    )

    async with db.transaction() as tx:
        titles = await tx.rows(text("select body ->> 'title' as title from snapshots"))
    parked = await follower.dead_letters()
    await db.close()
    assert ([row["title"] for row in titles], len(parked)) == (
        ([json.loads(f'"{words}"')], 0) if is_stored else ([], 1)
    )
