"""Streams and durables: what they are, and how they come to be. Declared by the service that needs
them first. A stream's owner lets it grow when its settings do, and a durable of an earlier release
does not wait longer than those of this one; any other drift is only reported.
"""

import base64
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from shared.messaging.answers import (
    BrokerError,
    BrokerRefused,
    NoSuchConsumer,
    NoSuchStream,
    StreamFull,
)
from shared.messaging.broker import Broker
from shared.telemetry import get_logger

log = get_logger(__name__)

_NS = 1_000_000_000
MAX_AGE = timedelta(days=30)
DEDUPE_WINDOW = timedelta(minutes=10)
MAX_MESSAGE_BYTES = 64 * 1024
MAX_ACK_PENDING = 256
ACK_WAIT_S = 2
"""What went to an instance that died, or to a request that the broker had kept while it was frozen,
comes again after this; those who are at work say so in time.
"""
_BYTES_PER_TICKET = 20 * 1024
"""In the largest stream, dispatch's, the facts of one ticket are reckoned at 12.5 KB; the rest is
room for a busy month.
"""
_GROWS = ("max_bytes", "max_age", "max_msg_size")
"""What loses nothing when it is raised, and may drop facts or refuse them when it is lowered."""


class NoRoomForStream(BrokerError):
    """The broker cannot set aside what the stream is to have, so there is no stream."""

    def __init__(self, name: str, limits: "StreamLimits") -> None:
        room = f"{limits.max_bytes / 1e9:,.1f} GB on each of {limits.replicas} server(s)"
        super().__init__(
            f"The broker has no room for the stream {name}: {room}. Give it a larger disk, "
            "or lower FETTLE_TICKETS_PER_DAY"
        )


@dataclass(frozen=True)
class StreamLimits:
    replicas: int
    max_bytes: int

    @classmethod
    def for_tickets(cls, per_day: int, *, replicas: int) -> "StreamLimits":
        """Return limits with room for so many tickets a day over `MAX_AGE`."""
        return cls(replicas=replicas, max_bytes=per_day * MAX_AGE.days * _BYTES_PER_TICKET)


@dataclass(frozen=True)
class StreamState:
    """Where a stream stands.

    `created` is its identity: one that was wiped and made anew has another.
    """

    created: datetime
    first_seq: int
    last_seq: int
    messages: int
    num_deleted: int
    lost: tuple[int, ...]
    bytes: int = 0
    max_bytes: int = 0

    @property
    def has_holes(self) -> bool:
        if self.messages == 0:
            return False
        return (
            self.num_deleted > 0
            or bool(self.lost)
            or self.messages < self.last_seq - self.first_seq + 1
        )


@dataclass(frozen=True)
class DurableState:
    delivered_seq: int
    pending: int


def stream_name(owner: str) -> str:
    return owner.upper()


async def ensure_stream(
    broker: Broker, owner: str, limits: StreamLimits, *, grow: bool = False
) -> StreamState:
    """Return the stream of `owner`, declared if it is missing; with `grow`, as its owner may,
    larger where the settings are.

    Raises NoRoomForStream.
    """
    wanted = _stream_config(owner, limits)
    try:
        info = await broker.ask(f"STREAM.INFO.{stream_name(owner)}")
    except NoSuchStream:
        try:
            info = await broker.ask(f"STREAM.CREATE.{stream_name(owner)}", wanted)
        except StreamFull as error:
            raise NoRoomForStream(stream_name(owner), limits) from error
        log.info("stream_declared", stream=stream_name(owner))
    if grow:
        info = await _grow(broker, owner, wanted, info)
    _report_drift("stream", stream_name(owner), wanted, info["config"])
    return _state(info)


async def _grow(
    broker: Broker, owner: str, wanted: dict[str, Any], info: dict[str, Any]
) -> dict[str, Any]:
    """Return the stream's info after what the settings raise has been raised.

    What they lower would drop facts: it is left, with words.
    """
    found, name = info["config"], stream_name(owner)
    raised = {key: wanted[key] for key in _GROWS if wanted[key] > found[key] >= 0}
    lowered = {
        key: f"{found[key]}, settings say {wanted[key]}"
        for key in _GROWS
        if found[key] > wanted[key]
    }
    if lowered:
        log.warning(
            "stream_not_made_smaller",
            stream=name,
            **lowered,
            remedy=f"if facts may be dropped: nats stream edit {name}",
        )
    if not raised:
        return info
    try:
        info = await broker.ask(f"STREAM.UPDATE.{name}", {**found, **raised})
    except BrokerError as error:
        log.error(
            "stream_not_made_larger",
            stream=name,
            error=str(error),
            remedy="give the broker room or the right to STREAM.UPDATE",
        )
        return info
    log.info("stream_made_larger", stream=name, **raised)
    return info


async def stream_state(broker: Broker, owner: str) -> StreamState:
    """Return where the stream of `owner` stands. Raises NoSuchStream."""
    return _state(await broker.ask(f"STREAM.INFO.{stream_name(owner)}"))


async def deleted_sequences(broker: Broker, owner: str) -> frozenset[int]:
    """Return every sequence between its first and its last that the stream says it has no more."""
    # nats-py's stream_info cannot ask for the details, hence the plain request.
    info = await broker.ask(
        f"STREAM.INFO.{stream_name(owner)}", {"deleted_details": True}, timeout_s=30
    )
    return frozenset(info["state"].get("deleted") or ()) | frozenset(_state(info).lost)


async def fact_id_at(broker: Broker, owner: str, seq: int) -> str | None:
    """Return the `ce-id` of the message at `seq`; None when it has none.

    Raises NoSuchMessage when the message is gone.
    """
    answer = await broker.ask(f"STREAM.MSG.GET.{stream_name(owner)}", {"seq": seq})
    for line in (
        base64.b64decode(answer["message"].get("hdrs", "")).decode(errors="replace").split("\r\n")
    ):
        name, _, value = line.partition(":")
        if name.lower() == "ce-id":
            return value.strip()
    return None


async def ensure_durable(broker: Broker, owner: str, durable: str) -> DurableState:
    """Return the durable on the stream of `owner`, made from the first message on if it is missing;
    where an earlier release declared it, with no longer ack wait than now.

    Raises NoSuchStream.
    """
    wanted, create = (
        _durable_config(owner, durable),
        f"CONSUMER.CREATE.{stream_name(owner)}.{durable}.{owner}.>",
    )
    try:
        info = await broker.ask(f"CONSUMER.INFO.{stream_name(owner)}.{durable}")
        if info["config"]["ack_wait"] > wanted["ack_wait"]:
            sooner = {**info["config"], "ack_wait": wanted["ack_wait"]}
            info = await broker.ask(create, {"stream_name": stream_name(owner), "config": sooner})
            log.info("durable_ack_wait_shortened", durable=durable)
    except NoSuchConsumer:
        info = await broker.ask(create, {"stream_name": stream_name(owner), "config": wanted})
        log.info("durable_declared", durable=durable)
    _report_drift("durable", durable, wanted, info["config"])
    return DurableState(
        delivered_seq=int(info["delivered"]["stream_seq"]), pending=int(info.get("num_pending", 0))
    )


async def delete_durable(broker: Broker, owner: str, durable: str) -> None:
    try:
        await broker.ask(f"CONSUMER.DELETE.{stream_name(owner)}.{durable}")
    except (NoSuchConsumer, NoSuchStream):
        return
    except BrokerRefused as refused:
        log.warning("durable_not_deleted", durable=durable, error=str(refused))
        raise


def _stream_config(owner: str, limits: StreamLimits) -> dict[str, Any]:
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


def _durable_config(owner: str, durable: str) -> dict[str, Any]:
    return {
        "name": durable,
        "durable_name": durable,
        "deliver_policy": "all",
        "ack_policy": "explicit",
        "ack_wait": ACK_WAIT_S * _NS,
        "max_deliver": -1,
        "max_ack_pending": MAX_ACK_PENDING,
        "filter_subject": f"{owner}.>",
    }


def _report_drift(kind: str, name: str, wanted: dict[str, Any], found: dict[str, Any]) -> None:
    drift = {
        key: (found.get(key), value)
        for key, value in wanted.items()
        if key != "name" and found.get(key) != value
    }
    if drift:
        log.warning(
            "drift",
            kind=kind,
            name=name,
            differs={
                key: f"{is_now!r}, expected {value!r}" for key, (is_now, value) in drift.items()
            },
        )


def _state(info: dict[str, Any]) -> StreamState:
    state = info["state"]
    lost = (state.get("lost") or {}).get("msgs") or ()
    return StreamState(
        created=_moment(info["created"]),
        first_seq=int(state["first_seq"]),
        last_seq=int(state["last_seq"]),
        messages=int(state["messages"]),
        num_deleted=int(state.get("num_deleted", 0)),
        lost=tuple(lost),
        bytes=int(state["bytes"]),
        max_bytes=int(info["config"]["max_bytes"]),
    )


def _moment(text: str) -> datetime:
    """Parse RFC 3339 with up to nanoseconds, cut to microseconds."""
    head, dot, rest = text.partition(".")
    if not dot:
        return datetime.fromisoformat(text.replace("Z", "+00:00"))
    digits = rest.rstrip("Z").split("+")[0].split("-")[0]
    zone = rest[len(digits) :].replace("Z", "+00:00")
    return datetime.fromisoformat(f"{head}.{digits[:6].ljust(6, '0')}{zone}")
