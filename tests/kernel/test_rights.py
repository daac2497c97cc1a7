"""The broker as deploy/nats.conf sets it up: each service may do its own work there, and nobody
else's.
"""

import os
import re
from collections.abc import Iterator
from dataclasses import replace

import pytest

from fettle.engines.nats import NatsServer
from fettle.home import CHECKOUT, SERVICES
from shared.messaging.answers import BrokerSilent
from shared.messaging.broker import Broker
from shared.messaging.streams import ensure_durable, ensure_stream
from tests.kernel.conftest import MakeDatabase, Start
from tests.kernel.toy import LIMITS, Instance, count_tickets

DURABLES = (CHECKOUT / "tests/architecture/durables.txt").read_text().split()


class Deployed(NatsServer):
    """With the configuration of the containers, at a port and a store of its own."""

    def _command(self) -> list[str]:
        self._server_name = "fettle"
        text = (
            (CHECKOUT / "deploy/nats.conf")
            .read_text()
            .replace('"0.0.0.0:4222"', f'"127.0.0.1:{self.port}"')
        )
        text = re.sub(r"^http:.*$", "", text, flags=re.MULTILINE).replace(
            '"/data"', f'"{self.store}"'
        )
        (self.data / "deployed.conf").write_text(text)
        return [self._binary, "-c", str(self.data / "deployed.conf")]

    def _arguments(self) -> dict[str, object]:
        return {
            "env": {**os.environ, **{f"{name.upper()}_PASSWORD": f"of-{name}" for name in SERVICES}}
        }

    def url_of(self, user: str) -> str:
        return f"nats://{user}:of-{user}@127.0.0.1:{self.port}"


@pytest.fixture(scope="module")
def deployed(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Deployed]:
    with Deployed.start(tmp_path_factory.mktemp("deployed")) as server:
        yield server


async def test_facts_travel_between_services_with_their_own_rights(
    deployed: Deployed, database: MakeDatabase, start: Start
) -> None:
    owner = await start(Instance("tickets", await database("tickets"), deployed.url_of("tickets")))
    follower = await start(
        Instance("sla", await database("sla"), deployed.url_of("sla"), count_tickets)
    )

    ids = await owner.opens_many(100)

    await follower.has_counted(ids)
    await owner.has_published()


async def test_an_owner_lets_its_stream_grow_and_no_other(deployed: Deployed) -> None:
    broker = Broker(deployed.url_of("dispatch"), name="dispatch")
    await broker.connect()
    try:
        for owner in ("dispatch", "notify"):
            await ensure_stream(broker, owner, LIMITS)
        larger = replace(LIMITS, max_bytes=2 * LIMITS.max_bytes)

        assert (
            await ensure_stream(broker, "dispatch", larger, grow=True)
        ).max_bytes == larger.max_bytes
        assert (
            await ensure_stream(broker, "notify", larger, grow=True)
        ).max_bytes == LIMITS.max_bytes
    finally:
        await broker.close()


@pytest.mark.parametrize("durable", DURABLES)
async def test_every_durable_can_be_made_by_its_service(deployed: Deployed, durable: str) -> None:
    service, owner = durable.split("-")
    broker = Broker(deployed.url_of(service), name=service)
    await broker.connect()
    try:
        await ensure_stream(broker, owner, LIMITS)

        assert (await ensure_durable(broker, owner, durable)).pending >= 0
    finally:
        await broker.close()


async def test_nobody_speaks_for_another_or_takes_a_stream_away(deployed: Deployed) -> None:
    broker = Broker(deployed.url_of("sla"), name="sla")
    await broker.connect()
    try:
        await ensure_stream(broker, "tickets", LIMITS)
        before = await broker.ask("STREAM.INFO.TICKETS")

        with pytest.raises(BrokerSilent):
            await broker.publish("tickets.ticket.opened.v1", b"{}", {}, timeout_s=0.3)
        for forbidden in (
            "STREAM.PURGE.TICKETS",
            "STREAM.DELETE.TICKETS",
            "CONSUMER.DELETE.TICKETS.notify-tickets",
        ):
            with pytest.raises(BrokerSilent):
                await broker.ask(forbidden, timeout_s=0.3)

        assert (await broker.ask("STREAM.INFO.TICKETS"))["state"] == before["state"]
    finally:
        await broker.close()
