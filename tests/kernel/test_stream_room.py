"""A stream has the room that the topology's settings say, grows with them, and is never made
smaller by them.
"""

from shared.messaging.broker import Broker
from shared.messaging.declarations import StreamLimits, durable_config
from shared.messaging.names import durable_name, stream_name
from shared.messaging.streams import ACK_WAIT_S, MAX_AGE, stream_state
from shared.messaging.topology import Topology
from tests.kernel.conftest import MakeDatabase, Start
from tests.kernel.toy import FOLLOWS, LIMITS, Instance, topology
from tests.support.engines import Nats
from tests.support.eventually import eventually

_MB = 1024 * 1024


def test_a_stream_has_room_for_every_ticket_of_a_month() -> None:
    bytes_of_a_life_in_dispatch = 12_500

    limits = StreamLimits.for_tickets(2000, replicas=1)

    assert limits.max_bytes * 0.7 > 2000 * MAX_AGE.days * bytes_of_a_life_in_dispatch, (
        "the alert would come at the rate that was said"
    )


async def test_a_stream_grows_with_the_settings_and_is_never_made_smaller(broker: Broker) -> None:
    await _declares(broker, _MB)
    first = await stream_state(broker, "tickets")

    await _declares(broker, 4 * _MB)
    grown = await stream_state(broker, "tickets")
    await _declares(broker, _MB)
    kept = await stream_state(broker, "tickets")

    assert (first.max_bytes, grown.max_bytes, kept.max_bytes) == (_MB, 4 * _MB, 4 * _MB)
    assert kept.created == first.created


async def test_a_durable_of_an_earlier_release_waits_no_longer_for_an_ack_than_those_of_this_one(
    broker: Broker,
) -> None:
    follower, owner = next((name, followed[0]) for name, followed in FOLLOWS.items())
    durable, stream = durable_name(follower, owner), stream_name(owner)
    await Topology(broker, FOLLOWS, LIMITS).declare()
    config = durable_config(follower, owner) | {"ack_wait": 30_000_000_000}
    create = f"CONSUMER.CREATE.{stream}.{durable}.{owner}.>"
    await broker.ask(create, {"stream_name": stream, "config": config})

    await Topology(broker, FOLLOWS, LIMITS).declare()

    info = await broker.ask(f"CONSUMER.INFO.{stream}.{durable}")
    assert info["config"]["ack_wait"] == ACK_WAIT_S * 1_000_000_000


async def test_a_stream_that_the_broker_has_no_room_for_stays_as_it_is(broker: Broker) -> None:
    await _declares(broker, _MB)

    await _declares(broker, 1 << 60)

    assert (await stream_state(broker, "tickets")).max_bytes == _MB


async def test_a_full_stream_is_said_and_takes_what_has_waited_once_it_is_given_more_room(
    database: MakeDatabase, nats: Nats, start: Start, broker: Broker
) -> None:
    await _declares(broker, 64 * 1024)
    owner = await start(Instance("tickets", await database("tickets"), nats.url))
    await owner.opens_many(300)

    async def it_is_said() -> bool:
        return "stream_room" in owner.relay.waiting.trouble()

    await eventually(it_is_said)
    await _declares(broker, 16 * _MB)

    await owner.has_published()
    assert owner.relay.waiting.trouble() == {}
    state = await stream_state(broker, "tickets")
    assert 64 * 1024 < state.bytes < state.max_bytes == 16 * _MB


async def test_an_owner_whose_stream_finds_no_room_says_what_to_do_and_is_well_once_there_is_room(
    database: MakeDatabase, nats: Nats, start: Start, broker: Broker
) -> None:
    async with topology(
        nats.url, limits=StreamLimits(replicas=1, max_bytes=1 << 60), watches=False
    ):
        owner = Instance("tickets", await database("tickets"), nats.url)
        await owner.start()

        async def it_is_said() -> bool:
            return "lower FETTLE_TICKETS_PER_DAY" in owner.relay.waiting.trouble().get(
                "stream_room", ""
            )

        await eventually(it_is_said)
        await _declares(broker, _MB)

        async def it_is_well() -> bool:
            return owner.relay.waiting.trouble() == {}

        await eventually(it_is_well)
        await owner.stop()


async def _declares(broker: Broker, max_bytes: int) -> None:
    """As a topology process does that is started with such settings."""
    limits = StreamLimits(replicas=1, max_bytes=max_bytes)
    await Topology(broker, FOLLOWS, limits).declare_stream("tickets")
