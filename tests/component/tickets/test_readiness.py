"""A service that cannot publish is not ready, and says why."""

from shared.contracts import TicketV1
from shared.facts import Fact
from shared.messaging.broker import Broker
from tests.kernel.toy import a_ticket, topology
from tests.support.component import MakeComponent
from tests.support.engines import Nats
from tests.support.eventually import eventually


async def test_a_full_stream_is_named_by_readyz_and_measured(
    component: MakeComponent, nats: Nats
) -> None:
    tickets = await component("tickets", nats_url=nats.url)
    broker = Broker(nats.url, name="test")
    await broker.connect()

    async with (
        topology(nats.url, watches=False),
        tickets.app.router.lifespan_context(tickets.app),
        tickets.http(role=None) as anybody,
    ):

        async def its_stream_is_measured() -> bool:
            return (
                'fettle_stream_max_bytes{stream="TICKETS"}' in (await anybody.get("/metrics")).text
            )

        await eventually(its_stream_is_measured)
        assert (await anybody.get("/readyz")).status_code == 200
        info = await broker.ask("STREAM.INFO.TICKETS")
        await broker.ask("STREAM.UPDATE.TICKETS", {**info["config"], "max_bytes": 100})
        async with tickets.tx() as tx:
            tx.publish(Fact(TicketV1, "opened", a_ticket()))

        async def it_is_not_ready() -> bool:
            return (await anybody.get("/readyz")).status_code == 503

        await eventually(it_is_not_ready)
        answer = (await anybody.get("/readyz")).json()

    await broker.close()
    assert answer["missing"] == ["stream_room"]
    assert answer["reasons"] == {"stream_room": "The stream is full and takes no facts; 1 wait."}
