"""How long the version of a ticket is known whose snapshot was shrunk."""

import pytest

from shared.ids import new_id
from shared.messaging.ended_tickets import note_unknown
from tests.kernel.conftest import MakeFollower
from tests.kernel.forgetting import ended
from tests.kernel.toy import a_ticket


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
