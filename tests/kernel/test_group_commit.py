"""Writes that hold no lock are committed together; what one of them breaks, it breaks for itself
alone.
"""

import asyncio
from collections.abc import AsyncIterator
from typing import Any
from uuid import UUID

import asyncpg
import pytest
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError

from shared.clock import SystemClock
from shared.contracts import TicketV1
from shared.db.failures import Outdated, is_transient
from shared.db.reads import ForUpdate, Lookup, Requirement
from shared.db.transaction import Database, Kind
from shared.facts import Fact
from shared.ids import new_id
from tests.kernel.toy import METADATA, Note, a_ticket, make_schema
from tests.support.engines import Databases
from tests.support.eventually import eventually

WORDS = Lookup("select words from notes where id = :id", id="uuid")
NOTE = ForUpdate("notes", "select xmin as seen, * from notes where id = :id", id="uuid")
IS_PLAIN = Requirement("select from notes where id = :id and kind = 'plain'", id="uuid")


@pytest.fixture
async def url(databases: Databases) -> AsyncIterator[str]:
    url = await databases.fresh("group", make_schema)
    yield url
    await databases.give_back("group", url, make_schema)


@pytest.fixture
async def database(url: str) -> AsyncIterator[Database]:
    database = Database(url, metadata=METADATA, clock=SystemClock(), name="group")
    yield database
    await database.close()


async def _write(database: Database, id: UUID, *, words: str = "") -> None:
    async with database.transaction(kind=Kind.OPTIMISTIC) as tx:
        tx.insert(Note, {"id": id, "after_id": None, "version": 1, "words": words, "kind": "plain"})
        tx.publish(Fact(TicketV1, "opened", a_ticket(id)))


async def _change(
    database: Database,
    id: UUID,
    words: str,
    *,
    kind: Kind = Kind.OPTIMISTIC,
    gate: asyncio.Event | None = None,
) -> None:
    async with database.transaction(kind=kind) as tx:
        (note,) = await tx.for_update(NOTE, id=id)
        if gate is not None:
            await gate.wait()
        tx.save(Note, {**note, "version": note["version"] + 1, "words": words})


async def _notes(database: Database) -> list[Any]:
    async with database.transaction(kind=Kind.READING) as tx:
        return list(
            await tx.rows(text("select *, xmin::text as transaction from notes order by id"))
        )


async def test_concurrent_writes_share_transactions_and_all_of_them_are_published(
    database: Database,
) -> None:
    published: list[str] = []
    database.after.published = lambda rows: published.extend(row.subject_id for row in rows)
    ids = [new_id() for _ in range(40)]

    await asyncio.gather(*(_write(database, id) for id in ids))

    notes = await _notes(database)
    assert [note["id"] for note in notes] == ids
    assert len({note["transaction"] for note in notes}) < 10
    assert sorted(published) == sorted(map(str, ids))


async def test_a_key_that_is_taken_fails_alone(database: Database) -> None:
    taken = new_id()
    await _write(database, taken)
    ids = [new_id() for _ in range(20)]

    outcomes = await asyncio.gather(
        *(_write(database, id) for id in (*ids[:10], taken, *ids[10:])), return_exceptions=True
    )

    assert [outcome for outcome in outcomes if outcome is not None] == [outcomes[10]]
    assert isinstance(outcomes[10], IntegrityError)
    assert {note["id"] for note in await _notes(database)} == {taken, *ids}


async def test_two_that_insert_the_same_do_not_break_each_others_batch(database: Database) -> None:
    same = new_id()

    outcomes = await asyncio.gather(
        *(_write(database, same) for _ in range(3)), return_exceptions=True
    )

    assert outcomes.count(None) == 1
    assert sum(isinstance(outcome, IntegrityError) for outcome in outcomes) == 2


async def test_lookups_are_shared_and_each_gets_its_own(database: Database) -> None:
    ids = [new_id() for _ in range(30)]
    await asyncio.gather(*(_write(database, id, words=f"words of {id}") for id in ids))

    async def words_of(id: UUID) -> list[str]:
        async with database.transaction(kind=Kind.OPTIMISTIC) as tx:
            return [row["words"] for row in await tx.lookup(WORDS, id=id)]

    unknown = new_id()
    found = await asyncio.gather(*(words_of(id) for id in (*ids, unknown, *ids)))

    assert found == [*([f"words of {id}"] for id in ids), [], *([f"words of {id}"] for id in ids)]


async def test_a_lookup_in_a_transaction_that_has_written_sees_it(database: Database) -> None:
    id = new_id()
    async with database.transaction() as tx:
        tx.insert(
            Note, {"id": id, "after_id": None, "version": 1, "words": "mine", "kind": "plain"}
        )
        await tx.flush()

        assert [row["words"] for row in await tx.lookup(WORDS, id=id)] == ["mine"]


async def test_what_has_changed_since_it_was_read_is_not_overwritten(database: Database) -> None:
    id, gate = new_id(), asyncio.Event()
    await _write(database, id)
    slow = asyncio.create_task(_change(database, id, "late", gate=gate))
    await _change(database, id, "first")

    gate.set()
    with pytest.raises(Outdated):
        await slow

    assert [note["words"] for note in await _notes(database)] == ["first"]


async def test_of_many_who_change_one_row_each_wins_once_or_is_told(database: Database) -> None:
    id = new_id()
    await _write(database, id)

    outcomes = await asyncio.gather(
        *(_change(database, id, f"{n}") for n in range(30)), return_exceptions=True
    )

    won = outcomes.count(None)
    assert won >= 1
    assert all(outcome is None or isinstance(outcome, Outdated) for outcome in outcomes)
    assert [note["version"] for note in await _notes(database)] == [1 + won]


async def test_a_row_that_somebody_holds_is_not_waited_for_by_those_who_change_others(
    database: Database, url: str
) -> None:
    ids = [new_id() for _ in range(10)]
    await asyncio.gather(*(_write(database, id) for id in ids))
    other = await asyncpg.connect(url)
    await other.execute("begin")
    await other.execute("select from notes where id = $1 for update", ids[3])

    outcomes = await asyncio.gather(
        *(_change(database, id, "changed") for id in ids), return_exceptions=True
    )

    await other.close()
    assert isinstance(outcomes.pop(3), Outdated)
    assert outcomes == [None] * 9


async def test_a_locking_transaction_waits_and_then_changes_what_is_there(
    database: Database, url: str
) -> None:
    id = new_id()
    await _write(database, id)
    other = await asyncpg.connect(url)
    await other.execute("begin")
    await other.execute("update notes set version = 7 where id = $1", id)
    waiting = asyncio.create_task(_change(database, id, "after", kind=Kind.LOCKING))

    async def waits_for_the_lock() -> bool:
        return bool(
            await other.fetchval(
                "select count(*) from pg_locks where pid <> pg_backend_pid() and not granted"
            )
        )

    await eventually(waits_for_the_lock)
    await other.execute("commit")
    await waiting
    await other.close()

    assert [(note["version"], note["words"]) for note in await _notes(database)] == [(8, "after")]


async def test_nothing_is_written_when_a_requirement_does_not_hold(database: Database) -> None:
    plain, urgent = new_id(), new_id()
    await _write(database, plain)
    async with database.transaction() as tx:
        tx.insert(
            Note, {"id": urgent, "after_id": None, "version": 1, "words": "", "kind": "urgent"}
        )

    async def write_if_plain(id: UUID) -> None:
        async with database.transaction(kind=Kind.OPTIMISTIC) as tx:
            tx.require(IS_PLAIN, id=id)
            tx.insert(
                Note,
                {"id": new_id(), "after_id": id, "version": 1, "words": "follows", "kind": "plain"},
            )

    outcomes = await asyncio.gather(
        *(write_if_plain(id) for id in (plain, urgent, plain)), return_exceptions=True
    )

    assert [outcomes[0], outcomes[2]] == [None, None]
    assert isinstance(outcomes[1], Outdated)
    assert [note["after_id"] for note in await _notes(database)][2:] == [plain, plain]


async def test_a_transaction_with_a_session_of_its_own_is_guarded_as_well(
    database: Database,
) -> None:
    id = new_id()
    await _write(database, id)

    async def change_in_a_session() -> None:
        async with database.transaction(kind=Kind.OPTIMISTIC) as tx:
            (note,) = await tx.for_update(NOTE, id=id)
            await tx.rows(text("select 1"))  # has a session from here on
            await _change(database, id, "first")
            tx.save(Note, {**note, "words": "late"})

    with pytest.raises(Outdated):
        await change_in_a_session()

    assert [note["words"] for note in await _notes(database)] == ["first"]


async def test_a_lost_connection_is_everybodys_and_nothing_is_sent_again(
    database: Database, url: str
) -> None:
    other = await asyncpg.connect(url)
    await other.execute("begin; lock table notes in access exclusive mode")
    ids = [new_id() for _ in range(5)]
    writing = [asyncio.create_task(_write(database, id)) for id in ids]

    async def waits_for_the_table() -> list[int]:
        return [
            row["pid"]
            for row in await other.fetch(
                "select pid from pg_locks where relation = 'notes'::regclass and not granted"
            )
        ]

    (pid,) = await eventually(waits_for_the_table)
    await other.fetchval("select pg_terminate_backend($1)", pid)
    first = await asyncio.gather(writing[0], return_exceptions=True)
    await other.execute("rollback")
    await other.close()
    outcomes = [*first, *await asyncio.gather(*writing[1:], return_exceptions=True)]

    failed = [outcome for outcome in outcomes if outcome is not None]
    assert failed
    assert all(isinstance(outcome, Exception) and is_transient(outcome) for outcome in failed)
    assert len(await _notes(database)) == len(ids) - len(failed)


def test_a_parameter_without_a_type_is_a_mistake() -> None:
    with pytest.raises(TypeError, match="'id'"):
        Lookup("select words from notes where id = :id and kind = :kind", kind="text")
