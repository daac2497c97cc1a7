"""Streams and durables as a service sees them: where they stand, and how it asks for those that are
missing. It declares none itself (`topology.py`).
"""

import base64
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from shared.messaging.answers import BrokerError, NoResponders, NoSuchStream
from shared.messaging.broker import Broker
from shared.messaging.names import durable_name, stream_name, topology_subject

MAX_AGE = timedelta(days=30)
MAX_BATCH = 256
"""Facts of a durable that are handled in one transaction at most."""
MAX_ACK_PENDING = 2 * MAX_BATCH
"""A batch, and the next one, which comes while the first is handled."""
ACK_WAIT_S = 2
"""What went to an instance that died, or to a request that the broker had kept while it was frozen,
comes again after this; those who are at work say so in time.
"""

ASK_AGAIN_S = 1.0
"""How long at most a topology process that is away is waited for before it is asked again: it
declares at once when it comes.
"""


class NoRoomForStream(BrokerError):
    """The broker cannot set aside what the stream is to have, so there is no stream."""


class TopologyAway(BrokerError):
    """A stream or a durable is missing, and no topology process answers that could declare it."""

    def __init__(self, missing: str) -> None:
        super().__init__(
            f"{missing} is missing and no topology process answers that declares it: "
            "run fettle topology"
        )


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


async def declared_stream(broker: Broker, owner: str) -> StreamState:
    """Return where its owner's stream stands, asked for where it is missing.

    Raises TopologyAway and NoRoomForStream.
    """
    try:
        return await stream_state(broker, owner)
    except NoSuchStream:
        await _ask_topology(broker, owner, owner, f"The stream {stream_name(owner)}")
    return await stream_state(broker, owner)


async def durable_state(broker: Broker, service: str, owner: str) -> DurableState:
    """Return where a service's durable on the stream of `owner` stands.

    Raises NoSuchConsumer and NoSuchStream.
    """
    durable = durable_name(service, owner)
    info = await broker.ask(f"CONSUMER.INFO.{stream_name(owner)}.{durable}")
    return DurableState(
        delivered_seq=int(info["delivered"]["stream_seq"]), pending=int(info.get("num_pending", 0))
    )


async def ask_for_durable(broker: Broker, service: str, owner: str, *, fresh: bool) -> DurableState:
    """Return where the durable stands once it has been declared; a `fresh` one begins at the
    stream's first message.

    Raises TopologyAway and NoRoomForStream.
    """
    name = durable_name(service, owner)
    await _ask_topology(broker, service, owner, f"The durable {name}", fresh=fresh)
    return await durable_state(broker, service, owner)


async def _ask_topology(
    broker: Broker, service: str, owner: str, missing: str, *, fresh: bool = False
) -> None:
    question = {"owner": owner, "fresh": fresh}
    try:
        answer = await broker.request(topology_subject(service), question)
    except NoResponders as error:
        raise TopologyAway(missing) from error
    if no_room := answer.get("no_room"):
        raise NoRoomForStream(str(no_room))


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
