"""From a commit in one service to rows in another, on a real broker."""

from collections.abc import Awaitable, Callable

from fettle.engines.nats import NatsServer

from tests.kernel.toy import Instance, a_ticket, count_tickets, make_schema
from tests.support.engines import Databases
from tests.support.eventually import eventually

Start = Callable[[Instance], Awaitable[Instance]]


async def test_what_one_service_commits_the_other_acts_on(databases: Databases, nats: NatsServer, start: Start) -> None:
    urls = await databases.empty("tickets"), await databases.empty("sla")
    for url in urls:
        await make_schema(url)
    owner = await start(Instance("tickets", urls[0], nats.url))
    follower = await start(Instance("sla", urls[1], nats.url, count_tickets))
    tickets = [a_ticket() for _ in range(1000)]

    await owner.opens(*tickets)

    async def all_counted() -> bool:
        return len(await follower.counted()) == 1000

    assert await eventually(all_counted)
    assert await owner.unpublished() == 0
    assert await follower.parked() == 0
