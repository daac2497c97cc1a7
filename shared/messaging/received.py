"""A fact as it arrived, before it is checked."""

import hashlib
import re
from collections.abc import Mapping
from functools import cache, lru_cache
from typing import NamedTuple

from pydantic import BaseModel, ValidationError, create_model

from shared.contracts import Snapshot
from shared.facts import source_of
from shared.messaging.names import stream_name
from shared.workarounds.lean_nats import Msg

_VERSION = re.compile(r"v[1-9][0-9]{0,3}")
_TOKENS_WITHOUT_DOMAIN = 9


class Malformed(Exception):
    """Not a fact of the catalogue, whatever its type says; no retry will help."""


class NotOfItsOwner(Malformed):
    """Its stream, its subject and its `ce-source` are not of one owner: another has sent it."""


class KillsProcess(Exception):
    """It comes again and again without an end: handling it, or a neighbour of it, ends the
    process.
    """


class Received(NamedTuple):
    """One message of a stream: CloudEvents headers, body, and its place."""

    seq: int
    type: str
    stream: str
    headers: Mapping[str, str]
    body: bytes
    deliveries: int = 1

    def __repr__(self) -> str:
        """Return its place without what it says, which a log must not have."""
        return f"<{self.type} {self.stream}:{self.seq}>"

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
        return _entity_in(self.type)


@lru_cache(maxsize=1024)
def _entity_in(type_: str) -> tuple[str, int] | None:
    parts = type_.split(".")
    if len(parts) != 4 or not _VERSION.fullmatch(parts[3]):
        return None
    return f"{parts[0]}.{parts[1]}", int(parts[3][1:])


def read_message(message: Msg) -> Received:
    """Return the fact of a message that JetStream delivered.

    Its place is in the subject of its acknowledgement,
    `$JS.ACK.[domain.account.]stream.durable.deliveries.seq.…`: nats-py's `metadata` makes three
    objects of it, and a date.
    """
    tokens = message.reply.split(".")
    first = 2 if len(tokens) == _TOKENS_WITHOUT_DOMAIN else 4
    stream, _, deliveries, seq = tokens[first : first + 4]
    return Received(
        seq=int(seq),
        type=message.subject,
        stream=stream,
        headers=message.headers or {},
        body=message.data,
        deliveries=int(deliveries),
    )


class Parsed(NamedTuple):
    """A received fact whose snapshot keeps its contract, by its key: (`tickets.ticket`, id as
    text).

    What this release does not know of it stands in `received.body` alone.
    """

    key: tuple[str, str]
    received: Received
    snapshot: Snapshot

    @property
    def entity(self) -> str:
        return self.key[0]


def parse(received: Received, contract: type[Snapshot]) -> Parsed:
    """Return the fact with its snapshot. Raises Malformed, with the reason."""
    try:
        body = _body_of(contract).model_validate_json(received.body)
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False)[0]
        raise Malformed(
            f"{contract.__name__}: {'/'.join(map(str, first['loc']))}: {first['msg']}"
        ) from error
    snapshot: Snapshot = getattr(body, contract.ENTITY)
    return Parsed((f"{contract.OWNER}.{contract.ENTITY}", str(snapshot.id)), received, snapshot)


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
