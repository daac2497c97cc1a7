"""Facts that answer facts come to rest: two services that follow each other stop talking, whatever
was said.
"""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import text

from shared.contracts import ClocksV1, TicketV1
from shared.db.transaction import Transaction
from shared.facts import Fact
from shared.messaging.consumer import Consumer
from shared.messaging.consumer_loop import ConsumerLoop
from shared.messaging.handlers import on
from tests.kernel.conftest import MakeDatabase, Start
from tests.kernel.toy import Counted, Instance, a_ticket
from tests.support.engines import Nats
from tests.support.eventually import eventually


@on(TicketV1)
async def _keep_clocks(tx: Transaction, tickets: Sequence[TicketV1]) -> None:
    """One version of the clocks for each of a ticket."""
    for ticket in tickets:
        tx.save(Counted, {"ticket_id": ticket.id, "version": ticket.version, "title": ""})
        clocks = ClocksV1(
            id=ticket.id,
            version=ticket.version,
            site_id="demo",
            policy_id="p",
            policy_version=1,
            clocks=(),
        )
        tx.publish(Fact(ClocksV1, "started", clocks))


@on(ClocksV1)
async def _note_clocks(tx: Transaction, all_clocks: Sequence[ClocksV1]) -> None:
    """The ticket changes once because of its clocks, and then it is as it ought to be."""
    known = {row["ticket_id"] for row in await tx.rows(text("select ticket_id from counted"))}
    for clocks in all_clocks:
        if clocks.id not in known:
            tx.save(Counted, {"ticket_id": clocks.id, "version": clocks.version, "title": ""})
            tx.publish(Fact(TicketV1, "opened", a_ticket(clocks.id, version=clocks.version + 1)))


async def test_two_services_that_follow_each_other_come_to_rest(
    database: MakeDatabase, nats: Nats, start: Start
) -> None:
    owner = Instance("tickets", await database("tickets"), nats.url)
    owner.consumer = Consumer("tickets", "sla", [_note_clocks], owner.database)
    owner.consumer_loop = ConsumerLoop(
        owner.consumer, owner.broker, owner.database, check_every_s=1.0
    )
    await start(owner)
    follower = await start(Instance("sla", await database("sla"), nats.url, _keep_clocks))

    ids: set[UUID] = await owner.opens_many(100)

    async def everything_is_said_and_heard() -> bool:
        heard = await follower.counted()
        return (
            len(heard) == len(ids)
            and set(heard.values()) == {2}
            and await owner.unpublished() == await follower.unpublished() == 0
        )

    await eventually(everything_is_said_and_heard, timeout_s=40)
    assert await owner.number("select count(*) from outbox") == 2 * len(ids)
    assert await follower.number("select count(*) from outbox") <= 2 * len(ids)
    assert await owner.dead_letters() == await follower.dead_letters() == 0
