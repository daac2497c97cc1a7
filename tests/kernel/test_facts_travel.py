"""From a commit in one service to rows in another, on a real broker."""

import pytest

from fettle.engines.nats import NatsServer
from tests.kernel.conftest import MakeDatabase, Start
from tests.kernel.toy import Instance, count_tickets
from tests.support.engines import Nats


async def test_what_one_service_commits_the_other_acts_on(
    database: MakeDatabase, nats: Nats, start: Start
) -> None:
    owner = await start(Instance("tickets", await database("tickets"), nats.url))
    follower = await start(Instance("sla", await database("sla"), nats.url, count_tickets))

    ids = await owner.opens_many(1000)

    await follower.has_counted(ids)
    await owner.has_published()


async def test_a_service_that_was_stopped_catches_up(
    database: MakeDatabase, nats: Nats, start: Start
) -> None:
    owner = await start(Instance("tickets", await database("tickets"), nats.url))
    url = await database("sla")
    follower = await start(Instance("sla", url, nats.url, count_tickets))
    before = await owner.opens_many(50)
    await follower.has_counted(before)
    await follower.stop()

    meanwhile = await owner.opens_many(1000)
    await owner.has_published()
    again = await start(Instance("sla", url, nats.url, count_tickets))

    await again.has_counted(before | meanwhile)


@pytest.mark.breaks_nats
async def test_what_was_committed_while_there_was_no_broker_is_published_when_it_comes(
    database: MakeDatabase, nats: NatsServer, start: Start
) -> None:
    owner = await start(Instance("tickets", await database("tickets"), nats.url))
    follower = await start(Instance("sla", await database("sla"), nats.url, count_tickets))
    nats.stop()

    ids = await owner.opens_many(100)
    nats.restart()

    await follower.has_counted(ids)
    await owner.has_published()
