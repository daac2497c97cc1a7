"""A stream has the room that its owner's settings say, grows with them, and is never made smaller
by them.
"""

from shared.messaging.broker import Broker
from shared.messaging.streams import (
    ACK_WAIT_S,
    MAX_AGE,
    StreamLimits,
    ensure_durable,
    ensure_stream,
    stream_state,
)
from tests.kernel.conftest import MakeDatabase, Start
from tests.kernel.toy import Instance
from tests.support.engines import Nats
from tests.support.eventually import eventually

_MB = 1024 * 1024


def test_a_stream_has_room_for_every_ticket_of_a_month() -> None:
    bytes_of_a_life_in_dispatch = 12_500

    limits = StreamLimits.for_tickets(2000, replicas=1)

    assert limits.max_bytes * 0.7 > 2000 * MAX_AGE.days * bytes_of_a_life_in_dispatch, (
        "the alert would come at the rate that was said"
    )


async def test_an_owner_lets_its_stream_grow_at_its_start_and_never_shrinks_it(
    broker: Broker,
) -> None:
    small, large = (
        StreamLimits(replicas=1, max_bytes=_MB),
        StreamLimits(replicas=1, max_bytes=4 * _MB),
    )
    await ensure_stream(broker, "tickets", small, grow=True)

    by_another = await ensure_stream(broker, "tickets", large)
    grown = await ensure_stream(broker, "tickets", large, grow=True)
    kept = await ensure_stream(broker, "tickets", small, grow=True)

    assert (by_another.max_bytes, grown.max_bytes, kept.max_bytes) == (_MB, 4 * _MB, 4 * _MB)
    assert kept.created == by_another.created


async def test_a_durable_of_an_earlier_release_waits_no_longer_for_an_ack_than_those_of_this_one(
    broker: Broker,
) -> None:
    await ensure_stream(broker, "tickets", StreamLimits(replicas=1, max_bytes=_MB))
    config = {
        "durable_name": "notify-tickets",
        "ack_policy": "explicit",
        "ack_wait": 30_000_000_000,
        "max_ack_pending": 256,
        "filter_subject": "tickets.>",
    }
    create = "CONSUMER.CREATE.TICKETS.notify-tickets.tickets.>"
    await broker.ask(create, {"stream_name": "TICKETS", "config": config})

    await ensure_durable(broker, "tickets", "notify-tickets")

    info = await broker.ask("CONSUMER.INFO.TICKETS.notify-tickets")
    assert info["config"]["ack_wait"] == ACK_WAIT_S * 1_000_000_000


async def test_a_stream_that_the_broker_has_no_room_for_stays_as_it_is(broker: Broker) -> None:
    await ensure_stream(broker, "tickets", StreamLimits(replicas=1, max_bytes=_MB))

    state = await ensure_stream(
        broker, "tickets", StreamLimits(replicas=1, max_bytes=1 << 60), grow=True
    )

    assert state.max_bytes == _MB


async def test_a_full_stream_is_said_and_takes_what_has_waited_once_its_owner_starts_with_more_room(
    database: MakeDatabase, nats: Nats, start: Start, broker: Broker
) -> None:
    url = await database("tickets")
    owner = await start(
        Instance("tickets", url, nats.url, limits=StreamLimits(replicas=1, max_bytes=64 * 1024))
    )
    await owner.opens_many(300)

    async def it_is_said() -> bool:
        return "stream_room" in owner.relay.waiting.trouble()

    await eventually(it_is_said)
    await owner.stop()
    owner = await start(
        Instance("tickets", url, nats.url, limits=StreamLimits(replicas=1, max_bytes=16 * _MB))
    )

    await owner.has_published()
    assert owner.relay.waiting.trouble() == {}
    state = await stream_state(broker, "tickets")
    assert 64 * 1024 < state.bytes < state.max_bytes == 16 * _MB


async def test_an_owner_whose_stream_finds_no_room_says_what_to_do_and_is_well_once_there_is_room(
    database: MakeDatabase, nats: Nats, start: Start, broker: Broker
) -> None:
    url = await database("tickets")
    too_large = await start(
        Instance("tickets", url, nats.url, limits=StreamLimits(replicas=1, max_bytes=1 << 60))
    )

    async def it_is_said() -> bool:
        return "lower FETTLE_TICKETS_PER_DAY" in too_large.relay.waiting.trouble().get(
            "stream_room", ""
        )

    await eventually(it_is_said)
    await ensure_stream(broker, "tickets", StreamLimits(replicas=1, max_bytes=_MB))

    async def it_is_well() -> bool:
        return too_large.relay.waiting.trouble() == {}

    await eventually(it_is_well)
