"""What is forgotten of tickets that ended, in time, and never of one that goes on."""

import asyncio
from datetime import timedelta

import pytest

from shared.contracts.tickets import TicketState
from shared.ids import new_id
from shared.messaging.ended_tickets import WHOLE
from shared.retention import Retention, nothing
from tests.kernel.conftest import MakeDatabase
from tests.kernel.forgetting import Follower, ended
from tests.kernel.toy import a_ticket
from tests.support.eventually import eventually


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


async def _is_waited_for(follower: Follower) -> bool:
    return bool(
        await follower.rows(
            "select from pg_locks l join pg_database d on d.oid = l.database "
            "where not granted and locktype = 'advisory' and datname = current_database()"
        )
    )
