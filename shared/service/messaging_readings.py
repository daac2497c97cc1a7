"""What the metrics say of a service's part at the broker: its connection, its relay and stream, its
consumers, and the facts that failed.
"""

import time

from prometheus_client.core import Metric as Family

from shared.db.transaction import Transaction
from shared.messaging.dead_letters import count_dead_letters, count_outbox_dead_letters
from shared.messaging.names import stream_name
from shared.messaging.relay import Relay
from shared.metrics import Across, Metric, counter, gauge
from shared.service.messaging import Messaging

_CONNECTED = gauge("fettle_broker_connected", "1 while connected to NATS.", Across.EACH)
_CONSUMED = counter(
    "fettle_facts_consumed_total",
    "Facts handled, or stored as dead letters.",
    Across.SUM,
    "durable",
)
_REFUSED = counter(
    "fettle_facts_refused_total",
    "Facts whose stream, subject and source are not of one owner: another service sent them. Each "
    "is a dead letter.",
    Across.SUM,
    "durable",
)
_LAG = gauge(
    "fettle_consumer_lag",
    "Facts in the stream that are still to come, as of the last minute.",
    Across.MAX,
    "durable",
)
_SILENT = gauge(
    "fettle_consumer_silent_seconds",
    "Seconds since the consumer finished a batch or found its durable in order, which it looks at "
    "once a minute.",
    Across.EACH,
    "durable",
)
_DEAD_LETTERS = gauge(
    "fettle_dead_letters",
    "Facts that could not be handled: fettle dlq list.",
    Across.MAX,
    "durable",
)
_OUTBOX_DEAD_LETTERS = gauge(
    "fettle_outbox_dead_letters", "Facts that the broker will never take.", Across.MAX
)
_PUBLISHED = counter("fettle_facts_published_total", "Facts that the stream has taken.", Across.SUM)
_BACKLOG = gauge(
    "fettle_outbox_backlog", "Facts that wait for the broker, as of the last look.", Across.MAX
)
_STALLED = gauge(
    "fettle_outbox_stalled_seconds",
    "Seconds since a fact was published while some wait; 0 while none waits.",
    Across.EACH,
)
_BYTES = gauge(
    "fettle_stream_bytes", "How large the stream is, as of the last minute.", Across.MAX, "stream"
)
_MAX_BYTES = gauge(
    "fettle_stream_max_bytes",
    "How large the stream may grow before it refuses facts.",
    Across.MAX,
    "stream",
)
MESSAGING_METRICS: tuple[Metric, ...] = (
    *(_CONNECTED, _CONSUMED, _REFUSED, _LAG, _SILENT, _DEAD_LETTERS, _OUTBOX_DEAD_LETTERS),
    *(_PUBLISHED, _BACKLOG, _STALLED, _BYTES, _MAX_BYTES),
)


def messaging_readings(messaging: Messaging) -> list[Family]:
    """Return what is known without the database."""
    return [
        _CONNECTED.family(messaging.broker.connected),
        *_of_relay(messaging.relay),
        *_of_consumers(messaging),
    ]


async def dead_letter_readings(tx: Transaction, messaging: Messaging) -> list[Family]:
    """Return how many facts of each durable, and of the outbox, have failed."""
    dead_letters = await count_dead_letters(tx)
    return [
        _DEAD_LETTERS.family(
            {(durable,): dead_letters.get(durable, 0) for durable in messaging.consumers}
        ),
        _OUTBOX_DEAD_LETTERS.family(await count_outbox_dead_letters(tx)),
    ]


def _of_relay(relay: Relay) -> list[Family]:
    """Return the relay's readings, and those of its stream once it has been seen."""
    readings = [
        _PUBLISHED.family(relay.published),
        _BACKLOG.family(relay.waiting.rows),
        _STALLED.family(relay.waiting.stalled_s),
    ]
    if (stream := relay.stream) is not None:
        name = stream_name(relay.owner)
        readings += [
            _BYTES.family({(name,): stream.bytes}),
            _MAX_BYTES.family({(name,): stream.max_bytes}),
        ]
    return readings


def _of_consumers(messaging: Messaging) -> list[Family]:
    now = time.monotonic()
    by_durable = {(each.consumer.durable,): each for each in messaging.consumer_loops}
    return [
        _CONSUMED.family({key: each.consumer.consumed for key, each in by_durable.items()}),
        _REFUSED.family({key: each.consumer.refused for key, each in by_durable.items()}),
        _LAG.family({key: each.pending for key, each in by_durable.items()}),
        _SILENT.family({key: now - each.worked_at for key, each in by_durable.items()}),
    ]
