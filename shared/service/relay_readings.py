"""What the metrics say of a relay and its stream."""

from shared.messaging.relay import Relay
from shared.messaging.streams import stream_name
from shared.metrics import Across, Reading, counter, gauge

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


def relay_readings(relay: Relay) -> list[Reading]:
    """Return the relay's readings, and those of its stream once it has been seen."""
    readings = [
        _PUBLISHED.reading(relay.published),
        _BACKLOG.reading(relay.waiting.rows),
        _STALLED.reading(relay.waiting.stalled_s),
    ]
    if (stream := relay.stream) is not None:
        name = stream_name(relay.owner)
        readings += [_BYTES.reading(stream.bytes, name), _MAX_BYTES.reading(stream.max_bytes, name)]
    return readings
