"""One trace from the request through the outbox and the broker to what the consumer
says in turn.
"""

from collections.abc import Sequence
from pathlib import Path

from sqlalchemy import text

from shared.contracts import TicketV1
from shared.db.transaction import Transaction
from shared.facts import Fact
from shared.messaging.broker import Broker
from shared.messaging.handlers import on
from shared.messaging.topology import Topology
from tests.kernel.conftest import MakeDatabase, Start
from tests.kernel.http.toy_app import make_app
from tests.kernel.toy import FOLLOWS, LIMITS, Instance, a_ticket
from tests.support.engines import Nats
from tests.support.eventually import eventually

TRACE = "a1" * 16
OTHER = "b2" * 16


@on(TicketV1)
async def _answer_each(tx: Transaction, tickets: Sequence[TicketV1]) -> None:
    for ticket in tickets:
        tx.publish(Fact(TicketV1, "opened", ticket))


async def test_a_request_is_traced_into_what_others_make_of_it(
    database: MakeDatabase, nats: Nats, start: Start, tmp_path: Path
) -> None:
    owner_url = await database("tickets")
    toy = await make_app(owner_url, tmp_path)
    await start(Instance("tickets", owner_url, nats.url))
    follower = await start(Instance("sla", await database("sla"), nats.url, _answer_each))

    await toy.http().post(
        "/v1/notes", json={"words": "a"}, headers={"traceparent": f"00-{TRACE}-{'c' * 16}-01"}
    )
    await toy.http().post(
        "/v1/notes", json={"words": "b"}, headers={"traceparent": f"00-{OTHER}-{'c' * 16}-01"}
    )
    await toy.close()

    async def both_are_answered() -> bool:
        return await _traces(follower) == {TRACE, OTHER}

    await eventually(both_are_answered)


async def test_a_folded_batch_keeps_each_ticket_in_its_own_trace(
    database: MakeDatabase, nats: Nats, start: Start, broker: Broker
) -> None:
    await Topology(broker, FOLLOWS, LIMITS).declare_stream("tickets")
    owner = Instance("tickets", await database("tickets"), nats.url)
    for number in range(20):
        ticket = a_ticket()
        async with owner.database.transaction(
            causes={str(ticket.id): f"00-{number + 1:032x}-{'c' * 16}-01"}
        ) as tx:
            tx.publish(Fact(TicketV1, "opened", ticket))
    await start(owner)

    follower = await start(Instance("sla", await database("sla"), nats.url, _answer_each))

    async def all_are_answered() -> bool:
        return await _traces(follower) == {f"{number + 1:032x}" for number in range(20)}

    await eventually(all_are_answered)


async def _traces(instance: Instance) -> set[str]:
    async with instance.database.transaction() as tx:
        return {
            str(row["traceparent"])[3:35]
            for row in await tx.rows(text("select traceparent from outbox"))
        }
