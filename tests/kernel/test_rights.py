"""The broker as deploy/nats.conf sets it up: each service may do its own work there, and nothing
else, whatever it asks of JetStream and wherever it has the answer sent.
"""

import asyncio
import json
import os
import re
from collections.abc import AsyncIterator, Iterator
from contextlib import suppress

import pytest

from fettle.engines.nats import NatsServer
from fettle.home import CHECKOUT, FOLLOWS, SERVICES
from shared.messaging.answers import BrokerError, BrokerRefused
from shared.messaging.broker import Broker
from shared.messaging.handlers import Handler
from shared.messaging.names import IMPORTED_API, JETSTREAM_API
from shared.messaging.rights import OPERATOR, rights_of
from shared.messaging.streams import ask_for_durable
from tests.kernel.conftest import MakeDatabase, Start
from tests.kernel.toy import Instance, a_ticket, count_tickets, topology
from tests.support.eventually import eventually

DURABLES = (CHECKOUT / "tests/architecture/durables.txt").read_text().split()
USERS = (OPERATOR, *SERVICES)
_STREAMS = tuple(name.upper() for name in SERVICES)

_PREFIXES = (JETSTREAM_API, IMPORTED_API, "$JS.FETTLE.API")
_OF_STREAMS = (
    *("CREATE", "UPDATE", "DELETE", "PURGE", "INFO", "MSG.GET", "MSG.DELETE"),
    *("SNAPSHOT", "RESTORE", "PEER.REMOVE", "LEADER.STEPDOWN"),
)
_OF_CONSUMERS = (
    *("CREATE", "DURABLE.CREATE", "INFO", "DELETE", "PAUSE", "RESET", "UNPIN"),
    *("MSG.NEXT", "LEADER.STEPDOWN"),
)


def _api() -> Iterator[str]:
    """Every subject of JetStream's API (nats-server 2.15, server/jetstream_api.go), for every
    stream and durable that there is, a stream of its own making and a durable too.
    """
    yield from ("INFO", "STREAM.NAMES", "STREAM.LIST", "STREAM.TEMPLATE.CREATE.x")
    yield from ("SERVER.REMOVE", "META.LEADER.STEPDOWN", "ACCOUNT.PURGE.x")
    for stream in (*_STREAMS, "SQUATTED"):
        yield from (f"STREAM.{verb}.{stream}" for verb in _OF_STREAMS)
        yield from (f"CONSUMER.NAMES.{stream}", f"CONSUMER.LIST.{stream}")
        yield from (f"CONSUMER.CREATE.{stream}", f"DIRECT.GET.{stream}")
        yield f"DIRECT.GET.{stream}.{stream.lower()}.x"
        for durable in (*DURABLES, "squatted"):
            yield from (f"CONSUMER.{verb}.{stream}.{durable}" for verb in _OF_CONSUMERS)
            yield f"CONSUMER.CREATE.{stream}.{durable}.{stream.lower()}.x"


_ALLOWED = {
    **{
        f"STREAM.{verb}.{owner.upper()}": {owner, *(s for s in SERVICES if owner in FOLLOWS[s])}
        for owner in SERVICES
        for verb in ("INFO", "MSG.GET")
    },
    **{
        f"CONSUMER.{verb}.{name.split('-')[1].upper()}.{name}": {name.split("-")[0]}
        for name in DURABLES
        for verb in ("INFO", "MSG.NEXT")
    },
}
"""Subject of the API → the services that may ask it; every other is the operator's alone."""


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
        passwords = {f"{name.upper()}_PASSWORD": f"of-{name}" for name in USERS}
        return {"env": {**os.environ, **passwords}}


@pytest.fixture(scope="module", params=["deployed", "embedded"])
def server(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[NatsServer]:
    """As in containers, and as `fettle up` starts it."""
    kind = Deployed if request.param == "deployed" else NatsServer
    passwords = {user: f"of-{user}" for user in USERS}
    with kind.start(tmp_path_factory.mktemp(request.param), passwords=passwords) as server:
        yield server


@pytest.fixture
async def operator(server: NatsServer) -> AsyncIterator[Broker]:
    """The operator's connection, once the topology has declared everything and keeps it so."""
    broker = Broker(server.url_of(OPERATOR), name="test")
    await broker.connect()
    try:
        async with topology(server.url_of(OPERATOR), follows=FOLLOWS):
            yield broker
    finally:
        await broker.close()


class Attacker:
    """A service's user in the hands of an attacker, who speaks to the broker byte by byte."""

    def __init__(
        self, service: str, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> None:
        self.service = service
        self._reader, self._writer = reader, writer

    async def publishes(self, *subjects: str, body: bytes = b"", reply: str = "") -> list[str]:
        """Return those of the subjects at which the broker takes what it publishes."""
        for subject in subjects:
            self._writer.write(f"PUB {subject} {reply} {len(body)}\r\n".encode() + body + b"\r\n")
        denied = await self._refusals()
        return [each for each in subjects if f'publish to "{each.lower()}"' not in denied]

    async def listens(self, *subjects: str) -> list[str]:
        """Return those of the subjects to which the broker lets it subscribe."""
        for number, subject in enumerate(subjects):
            self._writer.write(f"SUB {subject} {number}\r\n".encode())
        denied = await self._refusals()
        return [each for each in subjects if f'subscription to "{each.lower()}"' not in denied]

    async def _refusals(self) -> str:
        """Return what the broker has refused of all that was written before."""
        self._writer.write(b"PING\r\n")
        said = await self._reader.readuntil(b"PONG\r\n")
        return said.decode().lower()


@pytest.fixture(params=SERVICES)
async def attacker(
    request: pytest.FixtureRequest, server: NatsServer, operator: Broker
) -> AsyncIterator[Attacker]:
    service = request.param
    reader, writer = await asyncio.open_connection("127.0.0.1", server.port, limit=1 << 20)
    await reader.readline()
    login: dict[str, object] = {"verbose": False, "headers": True, "no_responders": True}
    login |= {"user": service, "pass": f"of-{service}"}
    writer.write(f"CONNECT {json.dumps(login)}\r\n".encode())
    yield Attacker(service, reader, writer)
    writer.close()
    await writer.wait_closed()


async def test_a_service_may_ask_jetstream_what_is_listed_and_nothing_else(
    attacker: Attacker, operator: Broker
) -> None:
    service = attacker.service
    before = await _everything(operator)

    asked = [f"{prefix}.{subject}" for subject in _api() for prefix in _PREFIXES]
    taken = await attacker.publishes(*asked, reply=f"_INBOX.{service}.any")

    allowed = [f"{IMPORTED_API}.{api}" for api, may in _ALLOWED.items() if service in may]
    assert sorted(taken) == sorted(allowed)
    assert await _everything(operator) == before


async def test_a_service_tells_and_acknowledges_for_itself_alone(attacker: Attacker) -> None:
    service = attacker.service
    subjects = [f"{owner}.thing.told.v1" for owner in SERVICES]
    subjects += [f"fettle.{what}.{owner}" for what in ("wake", "topology") for owner in SERVICES]
    subjects += [f"$JS.ACK.{name.split('-')[1].upper()}.{name}.1.1.1.1.1" for name in DURABLES]
    subjects += ["_INBOX.operator.x", "$SYS.REQ.SERVER.PING", "$SRV.PING", "anything"]

    taken = await attacker.publishes(*subjects)

    assert taken == [
        f"{service}.thing.told.v1",
        f"fettle.wake.{service}",
        f"fettle.topology.{service}",
        *(each for each in subjects if f".{service}-" in each),
    ]


async def test_a_service_listens_to_its_own_inboxes_and_instances_alone(attacker: Attacker) -> None:
    service = attacker.service
    subjects = ["_INBOX.>", "_INBOX.*.*", ">", "$JS.>", "$JS.EVENT.>", "fettle.>", "fettle.wake.*"]
    subjects += [f"_INBOX.{user}.>" for user in USERS]
    subjects += [f"fettle.{what}.{name}" for what in ("wake", "topology") for name in SERVICES]
    subjects += [f"{owner}.>" for owner in SERVICES]

    heard = await attacker.listens(*subjects)

    assert heard == [f"_INBOX.{service}.>", f"fettle.wake.{service}"]


async def test_an_answer_sent_to_another_place_changes_no_stream_and_no_durable(
    attacker: Attacker, operator: Broker
) -> None:
    service = attacker.service
    await operator.publish("notify.message.told.v1", b"{}", {})
    await operator.publish(f"{service}.thing.told.v1", b"{}", {})
    before = await _everything(operator)
    other = next(owner for owner in SERVICES if owner != service)
    harmful = [
        *(f"$JS.API.STREAM.{verb}.{other.upper()}" for verb in ("DELETE", "PURGE")),
        *(f"fettle.js.STREAM.{verb}.{other.upper()}" for verb in ("DELETE", "PURGE")),
        "$JS.API.CONSUMER.DELETE.TICKETS.sla-tickets",
        f"{other}.thing.told.v1",
    ]
    own = json.dumps({"owner": service, "fresh": False}).encode()

    for asked in rights_of(service, FOLLOWS[service]).publish:
        subject = asked.replace(">", "any")
        for body in (b"", b'{"seq": 1}', b'{"batch": 1, "expires": 1000000}', own):
            for reply in harmful:
                if subject != f"{service}.any":
                    assert await attacker.publishes(subject, body=body, reply=reply)
    # the pulls have ended by now, or end with their durables: with words sent to where they say
    for owner in FOLLOWS[service]:
        await operator.ask(f"CONSUMER.DELETE.{owner.upper()}.{service}-{owner}")
    await eventually(lambda: _is_put_back(operator, before))
    assert set(before) == set(await _everything(operator))


async def test_a_service_asks_for_durables_of_its_own_alone(
    server: NatsServer, operator: Broker
) -> None:
    broker = Broker(server.url_of("sla"), name="sla", api=IMPORTED_API)
    await broker.connect()
    try:
        for owner in FOLLOWS["sla"]:
            assert (await ask_for_durable(broker, "sla", owner, fresh=True)).delivered_seq == 0
        for wrong in ({"owner": "nothing", "fresh": True}, {"owner": ["sla"]}, {}, None):
            with pytest.raises(BrokerRefused):
                await broker.request("fettle.topology.sla", wrong)
    finally:
        await broker.close()


async def test_facts_travel_between_services_with_their_own_rights(
    server: NatsServer, operator: Broker, database: MakeDatabase, start: Start
) -> None:
    await operator.ask("STREAM.PURGE.TICKETS")
    owner = await start(await _instance("tickets", server, database))
    follower = await start(await _instance("sla", server, database, count_tickets))
    await operator.ask("CONSUMER.DELETE.TICKETS.sla-tickets")

    ids = await owner.opens_many(100)

    await follower.has_counted(ids)
    await owner.has_published()


async def test_a_fact_of_another_than_its_owner_is_refused(
    server: NatsServer, operator: Broker, database: MakeDatabase, start: Start
) -> None:
    await operator.ask("STREAM.PURGE.TICKETS")
    follower = await start(await _instance("sla", server, database, count_tickets))
    assert follower.consumer is not None
    consumer = follower.consumer
    body = json.dumps({"ticket": json.loads(a_ticket().fact_json()), "detail": {}}).encode()
    headers = {"ce-id": "1", "ce-source": "/fettle/notify"}

    await operator.publish("tickets.ticket.opened.v1", body, headers)

    async def is_refused() -> bool:
        return consumer.refused == 1

    await eventually(is_refused)
    assert await follower.dead_letters() == 1
    assert await follower.counted() == {}


async def _instance(
    name: str, server: NatsServer, database: MakeDatabase, *handlers: Handler
) -> Instance:
    """With the rights of the service."""
    url = server.url_of(name)
    return Instance(name, await database(name), url, *handlers, api=IMPORTED_API)


async def _is_put_back(operator: Broker, before: dict[str, object]) -> bool:
    """Whether the durables are there again and streams are as they were."""
    now = await _everything(operator)
    assert {name: now.get(name) for name in _STREAMS} == {name: before[name] for name in _STREAMS}
    return now.keys() == before.keys()


async def _everything(operator: Broker) -> dict[str, object]:
    """Every stream with its messages' number, and every durable."""
    found: dict[str, object] = {}
    for stream in (await operator.ask("STREAM.NAMES"))["streams"]:
        info = await operator.ask(f"STREAM.INFO.{stream}")
        found[stream] = (info["config"], info["created"], info["state"]["last_seq"])
        for name in (await operator.ask(f"CONSUMER.NAMES.{stream}"))["consumers"] or ():
            with suppress(BrokerError):
                consumer = await operator.ask(f"CONSUMER.INFO.{stream}.{name}")
                found[name] = (consumer["config"], consumer["created"])
    return found
