"""What streams and durables are: read by the process that declares them (`topology.py`)."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from shared.messaging.names import durable_name, stream_name
from shared.messaging.streams import ACK_WAIT_S, MAX_ACK_PENDING, MAX_AGE

_NS = 1_000_000_000
DEDUPE_WINDOW = timedelta(minutes=10)
MAX_MESSAGE_BYTES = 64 * 1024
_BYTES_PER_TICKET = 20 * 1024
"""In the largest stream, dispatch's, the facts of one ticket are reckoned at 12.5 KB; the rest is
room for a busy month.
"""
_GROWS = ("max_bytes", "max_age", "max_msg_size")
"""What loses nothing when it is raised, and may drop facts or refuse them when it is lowered."""


@dataclass(frozen=True)
class StreamLimits:
    replicas: int
    max_bytes: int

    @classmethod
    def for_tickets(cls, per_day: int, *, replicas: int) -> "StreamLimits":
        """Return limits with room for so many tickets a day over `MAX_AGE`."""
        return cls(replicas=replicas, max_bytes=per_day * MAX_AGE.days * _BYTES_PER_TICKET)

    def no_room_for(self, stream: str) -> str:
        """Return what to do when the broker cannot set that much aside."""
        room = f"{self.max_bytes / 1e9:,.1f} GB on each of {self.replicas} server(s)"
        return (
            f"The broker has no room for the stream {stream}: {room}. Give it a larger disk, "
            "or lower FETTLE_TICKETS_PER_DAY"
        )


def stream_config(owner: str, limits: StreamLimits) -> dict[str, Any]:
    return {
        "name": stream_name(owner),
        "subjects": [f"{owner}.>"],
        "retention": "limits",
        "storage": "file",
        "discard": "new",  # full means refused, never dropped
        "max_bytes": limits.max_bytes,
        "max_age": int(MAX_AGE.total_seconds()) * _NS,
        "duplicate_window": int(DEDUPE_WINDOW.total_seconds()) * _NS,
        "max_msg_size": MAX_MESSAGE_BYTES,
        "num_replicas": limits.replicas,
        "compression": "s2",
        "allow_direct": True,
    }


def durable_config(service: str, owner: str) -> dict[str, Any]:
    name = durable_name(service, owner)
    return {
        "name": name,
        "durable_name": name,
        "deliver_policy": "all",
        "ack_policy": "explicit",
        "ack_wait": ACK_WAIT_S * _NS,
        "max_deliver": -1,
        "max_ack_pending": MAX_ACK_PENDING,
        "filter_subject": f"{owner}.>",
    }


def raised(wanted: Mapping[str, Any], found: Mapping[str, Any]) -> dict[str, int]:
    """Return the limits of a stream that are to be larger than they are."""
    return {key: wanted[key] for key in _GROWS if wanted[key] > found[key] >= 0}


def lowered(wanted: Mapping[str, Any], found: Mapping[str, Any]) -> dict[str, int]:
    """Return the limits of a stream, as they are, that are larger than they are to be, or none."""
    return {key: found[key] for key in _GROWS if found[key] > wanted[key] or found[key] < 0}
