"""Two instances of a service share its database and its durable; nothing is done twice."""

import asyncio

from tests.kernel.conftest import MakeDatabase, Start
from tests.kernel.toy import Instance, count_tickets
from tests.support.engines import Nats


async def test_two_instances_of_each_service_under_load(
    database: MakeDatabase, nats: Nats, start: Start
) -> None:
    owner_url, follower_url = await database("tickets"), await database("sla")
    owners = [await start(Instance("tickets", owner_url, nats.url)) for _ in range(2)]
    followers = [
        await start(Instance("sla", follower_url, nats.url, count_tickets)) for _ in range(2)
    ]

    opened = await asyncio.gather(*(owner.opens_many(500, batch_size=10) for owner in owners))

    ids = opened[0] | opened[1]
    await followers[0].has_counted(ids)
    await owners[0].has_published()
    assert await owners[0].number("select count(*) from outbox where generation > 0") == 0, (
        "taken for lost under load"
    )
    assert sum(follower.consumer.consumed for follower in followers if follower.consumer) == 1000


async def test_one_of_two_instances_stops_and_the_other_goes_on(
    database: MakeDatabase, nats: Nats, start: Start
) -> None:
    owner_url, follower_url = await database("tickets"), await database("sla")
    owners = [await start(Instance("tickets", owner_url, nats.url)) for _ in range(2)]
    followers = [
        await start(Instance("sla", follower_url, nats.url, count_tickets)) for _ in range(2)
    ]
    load = asyncio.gather(*(owner.opens_many(300, batch_size=10) for owner in owners))
    opened = await load

    await asyncio.gather(owners[0].stop(), followers[0].stop())

    ids = (opened[0] | opened[1]) | await owners[1].opens_many(100)
    await followers[1].has_counted(ids)
    await owners[1].has_published()
