"""A fact as it arrived, before it is checked."""

import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache

from nats.aio.msg import Msg
from pydantic import BaseModel, ValidationError, create_model

from shared.contracts import Snapshot
from shared.facts import source_of
from shared.messaging.names import stream_name

_VERSION = re.compile(r"v[1-9][0-9]{0,3}")


class Malformed(Exception):
    """Not a fact of the catalogue, whatever its type says; no retry will help."""


class NotOfItsOwner(Malformed):
    """Its stream, its subject and its `ce-source` are not of one owner: another has sent it."""


class KillsProcess(Exception):
    """It comes again and again without an end: handling it, or a neighbour of it, ends the
    process.
    """


@dataclass(frozen=True, kw_only=True)
class Received:
    """One message of a stream: CloudEvents headers, body, and its place."""

    seq: int
    type: str
    stream: str
    headers: Mapping[str, str] = field(repr=False)
    body: bytes = field(repr=False)
    deliveries: int = 1

    @property
    def fact_id(self) -> str:
        """`ce-id`; where it was published without one, a hash of type and body: the same text is
        the same fact.
        """
        given = self.headers.get("ce-id", "").replace("\x00", "")[:200]
        return (
            given
            or "unnamed-"
            + hashlib.sha256(b"\n".join([self.type.encode(), self.body])).hexdigest()[:32]
        )

    @property
    def traceparent(self) -> str | None:
        return self.headers.get("traceparent")

    def demand_owner(self, owner: str) -> None:
        """Raise NotOfItsOwner unless stream, subject and `ce-source` are those of `owner`.

        A service may publish its own subjects alone, but can have the broker's answer, or what a
        durable of its own delivers, sent into the stream of another.
        """
        source = self.headers.get("ce-source")
        if (
            self.stream != stream_name(owner)
            or not self.type.startswith(f"{owner}.")
            or source != source_of(owner)
        ):
            raise NotOfItsOwner(
                f"not of {owner}: stream {self.stream}, subject {self.type}, ce-source {source}"
            )

    def entity(self) -> tuple[str, int] | None:
        """Return (`tickets.ticket`, 1) of `tickets.ticket.opened.v1`; None when the type is not of
        that form.
        """
        parts = self.type.split(".")
        if len(parts) != 4 or not _VERSION.fullmatch(parts[3]):
            return None
        return f"{parts[0]}.{parts[1]}", int(parts[3][1:])


def read_message(message: Msg) -> Received:
    """Return the fact of a message that JetStream delivered."""
    metadata = message.metadata
    return Received(
        seq=metadata.sequence.stream,
        type=message.subject,
        stream=metadata.stream,
        headers=dict(message.headers or {}),
        body=message.data,
        deliveries=metadata.num_delivered,
    )


@dataclass(frozen=True, kw_only=True)
class Parsed:
    """A received fact whose snapshot keeps its contract.

    What this release does not know of it stands in `received.body` alone.
    """

    received: Received
    entity: str
    snapshot: Snapshot

    @property
    def key(self) -> tuple[str, str]:
        return self.entity, str(self.snapshot.id)


def parse(received: Received, contract: type[Snapshot]) -> Parsed:
    """Return the fact with its snapshot. Raises Malformed, with the reason."""
    try:
        body = _body_of(contract).model_validate_json(received.body)
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False)[0]
        raise Malformed(
            f"{contract.__name__}: {'/'.join(map(str, first['loc']))}: {first['msg']}"
        ) from error
    return Parsed(
        received=received,
        entity=f"{contract.OWNER}.{contract.ENTITY}",
        snapshot=getattr(body, contract.ENTITY),
    )


@cache
def _body_of(contract: type[Snapshot]) -> type[BaseModel]:
    """Return the model of a fact's body, as far as a consumer reads it: `{"ticket": {…}}`.

    Read from the bytes in one pass.
    """
    # a name that is not known here
    body: type[BaseModel] = create_model(
        f"BodyOf{contract.__name__}", **{contract.ENTITY: (contract, ...)}
    )  # type: ignore[call-overload]
    return body
