"""What the metrics say of a relay and its stream."""

from shared.http.metrics import Reading
from shared.messaging.relay import Relay
from shared.messaging.streams import stream_name


def relay_readings(relay: Relay) -> list[Reading]:
    """Return the relay's readings, and those of its stream once it has been seen."""
    waiting = relay.waiting
    stalled = "Seconds since a fact was published while some wait; 0 while none waits."
    readings: list[Reading] = [
        ("counter", "fettle_facts_published", "Facts that the stream has taken.", {}, relay.published),
        ("gauge", "fettle_outbox_backlog", "Facts that wait for the broker, as of the last look.", {}, waiting.rows),
        ("gauge", "fettle_outbox_stalled_seconds", stalled, {}, waiting.stalled_s),
    ]
    if (stream := relay.stream) is not None:
        labels = {"stream": stream_name(relay.owner)}
        readings += [
            ("gauge", "fettle_stream_bytes", "How large the stream is, as of the last minute.", labels, stream.bytes),
            ("gauge", "fettle_stream_max_bytes", "How large the stream may grow before it refuses facts.", labels, stream.max_bytes),
        ]
    return readings
