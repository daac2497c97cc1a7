"""What the metrics say of a relay and its stream."""

from prometheus_client.core import Metric as Family

from shared.messaging.names import stream_name
from shared.messaging.relay import Relay
from shared.metrics import Across, counter, gauge

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
METRICS = (_PUBLISHED, _BACKLOG, _STALLED, _BYTES, _MAX_BYTES)


def relay_readings(relay: Relay) -> list[Family]:
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
