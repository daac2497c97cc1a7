"""What is forgotten of tickets that ended: in time, in small steps, and never of
one that goes on.
"""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import Connection, text
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from shared.contracts import TicketV1
from shared.contracts.tickets import TicketState, TicketStep
from shared.db.tables import keep_ended_tickets_apart
from shared.db.transaction import Database, Transaction
from shared.due_work import DueWorker
from shared.ids import new_id
from shared.messaging.consumer import Consumer
from shared.messaging.ended_tickets import WHOLE, note_unknown
from shared.messaging.snapshots import find_snapshots
from shared.messaging.steps import limited
from shared.retention import LOCK_DUE, Retention, nothing, retention_of, unchecked_due_work
from tests.kernel.conftest import MakeDatabase
from tests.kernel.toy import METADATA, a_ticket, count_tickets
from tests.support.clocks import SettableClock
from tests.support.component import received
from tests.support.eventually import eventually

CREATED = datetime(2026, 1, 1, tzinfo=UTC)
NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
ROWS = 100_000


class Follower:
    """A service that holds snapshots of tickets, and forgets them after 30 days and
    their rows after 90.
    """

    def __init__(self, url: str, *, snapshots: int = 30, rows: int = 90) -> None:
        self.clock = SettableClock(NOON)
        self.url = url
        self.cursed: set[UUID] = set()
        self.deleted: list[UUID] = []
        self.database = Database(url, metadata=METADATA, clock=self.clock, name="sla")
        self.consumer = Consumer("sla", "tickets", [count_tickets], self.database)
        kept = Retention(
            snapshots_for=retention_of(snapshots),
            rows_for=retention_of(rows),
            delete=self._delete,
            shrink=nothing,
        )
        self.forgetting = DueWorker(kept.due_work(), self.database)
        self.checking = DueWorker(unchecked_due_work(), self.database)

    async def _delete(self, tx: Transaction, ids: Sequence[UUID]) -> None:
        if cursed := self.cursed.intersection(ids):
            raise ValueError(f"{cursed} cannot be deleted")
        self.deleted += ids

    async def hears(self, *tickets: TicketV1) -> None:
        await self.consumer.apply([received(ticket) for ticket in tickets], created=CREATED)
        assert self.consumer.dead_letters == 0

    async def rows(self, sql: str, **parameters: Any) -> list[dict[str, Any]]:
        async with self.database.transaction() as tx:
            return [dict(row) for row in await tx.rows(text(sql), **parameters)]

    async def versions(self) -> dict[str, tuple[int, bool]]:
        """Ticket → the version that is known of it, and whether its snapshot is held."""
        rows = await self.rows(
            "select cast(ticket_id as text) as id, false as whole, "
            "cast(versions ->> 'tickets.ticket' as bigint) as version from shrunk_snapshots "
            "union all select id, true, version from snapshots order by whole"
        )
        return {row["id"]: (row["version"], row["whole"]) for row in rows}

    async def reads(self, id: UUID) -> bool:
        async with self.database.transaction() as tx:
            return bool(await find_snapshots(tx, TicketV1, [id]))


@pytest.fixture
async def follower(database: MakeDatabase) -> AsyncIterator[Follower]:
    made = Follower(await database("sla"))
    yield made
    await made.database.close()


MakeFollower = Callable[..., Awaitable[Follower]]


@pytest.fixture
async def follower_with(database: MakeDatabase) -> AsyncIterator[MakeFollower]:
    """`await follower_with(rows=365)`."""
    made: list[Follower] = []

    async def make(**days: int) -> Follower:
        made.append(Follower(await database("sla"), **days))
        return made[-1]

    yield make
    for each in made:
        await each.database.close()


def ended(
    id: UUID,
    *,
    version: int = 2,
    state: TicketState = TicketState.CLOSED,
    cycle: int = 1,
    at: datetime = NOON,
) -> TicketV1:
    ticket = a_ticket(id, version=version)
    step = TicketStep(at=at, state=state, cycle=cycle, cause="resident-1")
    return ticket.model_copy(
        update={"state": state, "cycle": cycle, "steps": (*ticket.steps, step)}
    )


async def test_snapshots_of_an_ended_ticket_are_shrunk_in_time_and_go_with_its_rows(
    follower: Follower,
) -> None:
    living, gone = new_id(), new_id()
    await follower.hears(a_ticket(living), ended(gone))

    follower.clock.move(days=29)
    early = await follower.forgetting.run_due()
    follower.clock.move(days=1)
    shrunk = await follower.forgetting.run_due()
    whole = await follower.versions()
    follower.clock.move(days=60)
    deleted = await follower.forgetting.run_due()

    assert (early, shrunk, deleted) == (0, 1, 1)
    assert whole == {str(living): (1, True), str(gone): (2, False)}
    assert await follower.versions() == {str(living): (1, True)}
    assert follower.deleted == [gone]
    assert await follower.rows("select * from ended_tickets") == []


async def test_a_shrunk_snapshot_reads_as_unknown_refuses_older_and_takes_newer(
    follower: Follower,
) -> None:
    id = new_id()
    await follower.hears(ended(id, version=3))
    follower.clock.move(days=30)
    await follower.forgetting.run_due()

    before = await follower.reads(id)
    await follower.hears(ended(id, version=3), ended(id, version=2))
    refused = await follower.versions()
    await follower.hears(ended(id, version=4))

    assert (before, refused) == (False, {str(id): (3, False)})
    assert await follower.reads(id)
    assert await follower.rows("select version from applied order by 1") == [
        {"version": 3},
        {"version": 4},
    ]


async def test_what_waits_while_a_snapshot_is_shrunk_is_refused_if_it_is_older(
    follower: Follower,
) -> None:
    id = new_id()
    await follower.hears(ended(id, version=3))
    kept = Retention(snapshots_for=timedelta(), rows_for=None, delete=nothing).due_work()

    async with follower.database.transaction() as tx:
        await tx.lock("ticket", [id])
        late = asyncio.create_task(follower.hears(ended(id, version=2)))
        await eventually(lambda: _is_waited_for(follower))
        await kept.act(tx, [{"ticket_id": id, "step": WHOLE}])
    await late

    assert await follower.versions() == {str(id): (3, False)}
    assert await follower.rows("select version from applied") == [{"version": 3}]


async def test_a_ticket_that_is_shrunk_while_news_of_it_waits_begins_anew(
    follower: Follower,
) -> None:
    id = new_id()
    await follower.hears(ended(id, version=3))
    kept = Retention(snapshots_for=timedelta(), rows_for=None, delete=nothing).due_work()

    async with follower.database.transaction() as tx:
        await tx.lock("ticket", [id])
        late = asyncio.create_task(follower.hears(ended(id, version=4, state=TicketState.RESOLVED)))
        await eventually(lambda: _is_waited_for(follower))
        await kept.act(tx, [{"ticket_id": id, "step": WHOLE}])
    await late

    assert await follower.versions() == {str(id): (4, True)}
    assert await follower.rows("select since, step from ended_tickets") == [
        {"since": None, "step": WHOLE}
    ]


async def test_a_ticket_that_is_heard_of_again_is_kept_as_long_as_one_that_has_just_ended(
    follower: Follower,
) -> None:
    id = new_id()
    await follower.hears(ended(id))
    follower.clock.move(days=80)
    await follower.forgetting.run_due()
    await follower.hears(ended(id, version=3))

    follower.clock.move(days=29)
    assert await follower.forgetting.run_due() == 0
    follower.clock.move(days=1)
    assert await follower.forgetting.run_due() == 1

    assert await follower.versions() == {str(id): (3, False)}


async def test_a_reopened_ticket_is_not_forgotten_until_it_ends_again(follower: Follower) -> None:
    id = new_id()
    await follower.hears(ended(id))
    follower.clock.move(days=10)
    await follower.hears(ended(id, version=3, state=TicketState.OPEN, cycle=2))

    follower.clock.move(days=1000)
    assert await follower.forgetting.run_due() == 0
    await follower.hears(ended(id, version=4, cycle=2))
    follower.clock.move(days=30)
    assert await follower.forgetting.run_due() == 1


@pytest.mark.parametrize(
    ("snapshots", "rows", "after_a_month", "after_three"),
    [
        (0, 90, (2, True), None),
        (30, 0, (2, False), None),
        (0, 0, (2, True), (2, True)),
        (120, 90, (2, True), None),
    ],
)
async def test_what_is_kept_for_ever_stays_and_nothing_is_shrunk_that_goes_sooner(
    database: MakeDatabase,
    snapshots: int,
    rows: int,
    after_a_month: tuple[int, bool],
    after_three: tuple[int, bool] | None,
) -> None:
    follower, id = Follower(await database("sla"), snapshots=snapshots, rows=rows), new_id()
    await follower.hears(ended(id))

    follower.clock.move(days=30)
    await follower.forgetting.run_due()
    first = await follower.versions()
    follower.clock.move(days=60)
    await follower.forgetting.run_due()
    second = await follower.versions()
    await follower.database.close()

    assert (first.get(str(id)), second.get(str(id))) == (after_a_month, after_three)


@pytest.mark.parametrize("rows", [365, 0])
async def test_of_a_shrunk_snapshot_the_version_goes_when_nothing_older_can_come_any_more(
    follower_with: MakeFollower, rows: int
) -> None:
    follower, living, gone = await follower_with(rows=rows), new_id(), new_id()
    await follower.hears(a_ticket(living), ended(gone))
    follower.clock.move(days=30)
    await follower.forgetting.run_due()

    follower.clock.move(days=59)
    early = await follower.forgetting.run_due()
    held = await follower.versions()
    follower.clock.move(days=1)
    taken = await follower.forgetting.run_due()

    assert (early, taken) == (0, 1)
    assert held == {str(living): (1, True), str(gone): (2, False)}
    assert await follower.versions() == {str(living): (1, True)}
    assert follower.deleted == []


async def test_a_ticket_without_versions_goes_when_its_rows_do(follower_with: MakeFollower) -> None:
    follower, id = await follower_with(rows=365), new_id()
    await follower.hears(ended(id))
    for days in (30, 60):
        follower.clock.move(days=days)
        await follower.forgetting.run_due()

    follower.clock.move(days=274)
    early = await follower.forgetting.run_due()
    follower.clock.move(days=1)
    taken = await follower.forgetting.run_due()

    assert (early, taken, follower.deleted) == (0, 1, [id])
    assert await follower.rows("select * from ended_tickets") == []


async def test_a_ticket_that_is_heard_of_again_after_its_version_went_is_forgotten_anew(
    follower_with: MakeFollower,
) -> None:
    follower, id = await follower_with(rows=365), new_id()
    await follower.hears(ended(id))
    for days in (30, 60):
        follower.clock.move(days=days)
        await follower.forgetting.run_due()

    await follower.hears(ended(id, version=1_000_003))
    again = await follower.versions()
    follower.clock.move(days=30)
    shrunk = await follower.forgetting.run_due()

    assert (again, shrunk) == ({str(id): (1_000_003, True)}, 1)
    assert await follower.versions() == {str(id): (1_000_003, False)}


async def test_what_is_held_of_a_ticket_that_is_not_known_itself_stays_as_long_as_rows_do(
    follower_with: MakeFollower,
) -> None:
    follower, id = await follower_with(rows=365), new_id()
    async with follower.database.transaction() as tx:
        note_unknown(tx, id)
        body = {
            "entity": "tickets.ticket",
            "id": str(id),
            "version": 1,
            "site_id": "demo",
            "body": {},
            "about": None,
        }
        tx.write_own("snapshots", body)

    follower.clock.move(days=90)
    await follower.forgetting.run_due()
    held = await follower.versions()
    follower.clock.move(days=275)
    await follower.forgetting.run_due()

    assert (held, await follower.versions()) == ({str(id): (1, True)}, {})


async def test_what_was_shrunk_is_deleted_though_snapshots_are_kept_for_ever_by_now(
    database: MakeDatabase,
) -> None:
    before = Follower(await database("sla"))
    await before.hears(ended(new_id()))
    before.clock.move(days=30)
    await before.forgetting.run_due()
    await before.database.close()

    now = Follower(before.url, snapshots=0)
    now.clock.move(days=90)
    taken = await now.forgetting.run_due()
    await now.database.close()

    assert taken == 1


async def test_a_ticket_that_cannot_be_deleted_is_quarantined_alone(follower: Follower) -> None:
    ids = [new_id() for _ in range(5)]
    await follower.hears(*(ended(id) for id in ids))
    follower.cursed.add(ids[2])
    follower.clock.move(days=30)
    await follower.forgetting.run_due()

    follower.clock.move(days=60)
    await follower.forgetting.run_due()

    assert follower.forgetting.quarantined == 1
    assert (await follower.versions()).keys() == {str(ids[2])}


async def test_tickets_that_others_have_in_hand_are_left_for_later(follower: Follower) -> None:
    mine, theirs = new_id(), new_id()
    await follower.hears(ended(mine), ended(theirs))
    follower.clock.move(days=30)

    async with follower.database.transaction() as tx:
        await tx.lock("ticket", [theirs])
        first = await follower.forgetting.run_due()
    second = await follower.forgetting.run_due()

    assert (first, second) == (1, 1)


async def test_two_instances_forget_every_ticket_once(follower: Follower) -> None:
    ids = [new_id() for _ in range(450)]
    await follower.hears(*(ended(id) for id in ids[:250]))
    await follower.hears(*(ended(id) for id in ids[250:]))
    other = Follower(follower.url)
    for each in (follower, other):
        each.clock.set(NOON + timedelta(days=91))

    while sum(await asyncio.gather(follower.forgetting.run_due(), other.forgetting.run_due())):
        pass
    await other.database.close()

    assert sorted(follower.deleted + other.deleted) == sorted(ids)
    assert await follower.versions() == {}


async def test_tickets_that_ended_before_the_migration_are_found_from_a_day_later_on(
    follower: Follower,
) -> None:
    old, living = [new_id() for _ in range(1100)], new_id()
    for first in range(0, len(old), 200):
        await follower.hears(*(ended(id) for id in old[first : first + 200]))
    await follower.hears(a_ticket(living))
    await _as_before(follower)

    follower.clock.set(datetime.now(UTC) + timedelta(hours=23))
    early = await follower.checking.run_due()
    follower.clock.move(hours=2)
    steps = await follower.checking.run_due()

    assert (early, steps) == (0, 3)
    assert await follower.rows("select * from ended_unchecked") == []
    assert await follower.rows(
        "select count(*) as n, min(since) as first, max(since) as last from ended_tickets"
    ) == [{"n": 1100, "first": NOON, "last": NOON}]


async def test_what_is_due_is_found_among_100_000_by_an_index(follower: Follower) -> None:
    async with AsyncEngine(follower.database.engine).begin() as connection:
        await connection.execute(
            text("""insert into ended_tickets select gen_random_uuid(),
              cast(:now as timestamptz) - i * interval '1 minute', i % 2
                    from generate_series(1, cast(:n as int)) i"""),
            {"n": ROWS, "now": NOON},
        )
        given = {
            "steps": [0, 1],
            "befores": [NOON - timedelta(days=30), NOON - timedelta(days=60)],
            "excluding": [],
        }

        assert await _blocks(connection, given) < 600


async def _is_waited_for(follower: Follower) -> bool:
    return bool(
        await follower.rows(
            "select from pg_locks l join pg_database d on d.oid = l.database "
            "where not granted and locktype = 'advisory' and datname = current_database()"
        )
    )


async def _as_before(follower: Follower) -> None:
    """The tables as the release before has them, and then the migration."""

    def migrate(connection: Connection) -> None:
        class Op:
            def get_bind(self) -> Connection:
                return connection

            def execute(self, sqltext: Any) -> None:
                connection.execute(sqltext)

        connection.execute(text("drop table ended_tickets, ended_unchecked"))
        connection.execute(text("alter table snapshots alter column body set not null"))
        keep_ended_tickets_apart(
            Op(), there_are_tickets="select from snapshots where entity = 'tickets.ticket'"
        )

    async with AsyncEngine(follower.database.engine).begin() as connection:
        await connection.run_sync(migrate)


async def _blocks(connection: AsyncConnection, given: dict[str, Any]) -> int:
    """How many blocks the look at what is due touches."""
    await connection.execute(text("analyze ended_tickets"))
    plan = (
        await connection.execute(
            text(f"explain (analyze, buffers, format json) {limited(LOCK_DUE, 100)}"), given
        )
    ).scalar_one()
    top = plan[0]["Plan"]
    return int(top["Shared Hit Blocks"]) + int(top["Shared Read Blocks"])
