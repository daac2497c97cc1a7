"""A fact: something that happened, with the whole state after it.

CloudEvents 1.0 in binary mode over NATS headers.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import NamedTuple, Protocol
from urllib.parse import quote
from uuid import UUID

from pydantic import JsonValue
from pydantic_core import to_json

from shared.contracts import Snapshot
from shared.errors import Conflict

MAX_FACT_BYTES = 60 * 1024
_NOT_IN_HEADERS = re.compile(r'[^!-~]|["%]')


class FactTooLarge(Conflict):
    """The entity has grown beyond what a fact may carry; refused before anything is committed."""

    code = "fact_too_large"


class Entity(Protocol):
    """What an owner publishes: a contract's snapshot, or its own thing with the same names."""

    @property
    def id(self) -> UUID | str: ...

    @property
    def version(self) -> int: ...

    @property
    def site_id(self) -> str: ...


@dataclass(frozen=True)
class Fact:
    """What a transaction publishes: `Fact(TicketV1, "cancelled", snapshot, {"reason": …})`.

    `past_tense` is one of the contract's `FACTS`; `detail` is what this fact adds, for people and
    logs. `also` names what else happened to the entity in the same transaction, in order; it is
    published as `detail.also`. `json` is the snapshot's `fact_json`, for an owner that has written
    it already.
    """

    contract: type[Snapshot]
    past_tense: str
    snapshot: Entity
    detail: Mapping[str, JsonValue] = field(default_factory=dict)
    also: tuple[str, ...] = ()
    json: bytes | None = field(default=None, repr=False)

    def merged(self, later: "Fact") -> "Fact":
        """Return `later`, of the same entity and transaction, with this fact named in `also`.

        Raises ValueError when their versions differ: a version rises once per transaction, or the
        versions published would have a gap.
        """
        before, after = self.snapshot.version, later.snapshot.version
        if before != after:
            raise ValueError(
                f"{self.contract.ENTITY} {self.snapshot.id} is published at versions {before} and "
                f"{after} in one transaction"
            )
        names = dict.fromkeys((*self.also, self.past_tense, *later.also))
        return replace(later, also=tuple(name for name in names if name != later.past_tense))

    @property
    def type(self) -> str:
        """`tickets.ticket.cancelled.v1`: the CloudEvents type and the NATS subject."""
        contract, former = self.contract, self.contract.FORMER_FACTS
        if self.past_tense not in contract.FACTS or self.past_tense in former:
            raise ValueError(
                f"{contract.__name__} publishes no {self.past_tense!r}; its catalogue is "
                f"{sorted(contract.FACTS.keys() - former)}"
            )
        return contract.fact_type(self.past_tense)

    def body(self) -> bytes:
        """Return the JSON that is published; raises FactTooLarge beyond 60 KB."""
        detail = {**self.detail, "also": self.also} if self.also else self.detail
        json = self.json or self.contract.model_validate(self.snapshot).fact_json()
        body = b'{"%s":%s,"detail":%s}' % (self.contract.ENTITY.encode(), json, to_json(detail))
        if len(body) > MAX_FACT_BYTES:
            raise FactTooLarge(
                f"This {self.contract.ENTITY} has too many steps or too much text to take another "
                "change.",
                bytes=len(body),
                limit=MAX_FACT_BYTES,
            )
        return body


class OutboxRow(NamedTuple):
    """A fact as it was committed, ready to be published."""

    id: UUID
    type: str
    subject_id: str
    site_id: str
    version: int
    actor: str
    traceparent: str | None
    body: bytes
    created_at: datetime
    generation: int = 0

    def headers(self) -> dict[str, str]:
        """Return the message's headers.

        Its `Nats-Msg-Id` is the fact's id; healing adds its generation, since a purged message's
        id counts as a duplicate for a while.
        """
        id = str(self.id)
        headers = {
            "Nats-Msg-Id": id if self.generation == 0 else f"{id}.{self.generation}",
            "ce-id": id,
            "ce-source": source_of(self.type.split(".", 1)[0]),
            "ce-type": self.type,
            "ce-subject": _as_header(self.subject_id),
            "ce-time": self.created_at.isoformat().replace("+00:00", "Z"),
            "ce-specversion": "1.0",
            "content-type": "application/json",
            "fettle-site": self.site_id,
            "fettle-version": str(self.version),
            "fettle-actor": _as_header(self.actor),
        }
        if self.traceparent:
            headers["traceparent"] = self.traceparent
        return headers


def source_of(owner: str) -> str:
    """Return the `ce-source` of the facts of an owner."""
    return f"/fettle/{owner}"


def _as_header(value: str) -> str:
    """Return the value as CloudEvents puts it into headers: percent-encoded where it is not of
    visible ASCII characters, or has `"` or `%` (HTTP binding §3.1.3.2, which NATS follows).
    """
    return _NOT_IN_HEADERS.sub(lambda found: quote(found[0], safe=""), value)


def outbox_row(
    fact: Fact, *, id: UUID, at: datetime, actor: str, traceparent: str | None
) -> OutboxRow:
    return OutboxRow(
        id=id,
        type=fact.type,
        subject_id=str(fact.snapshot.id),
        site_id=fact.snapshot.site_id,
        version=fact.snapshot.version,
        actor=actor,
        traceparent=traceparent,
        body=fact.body(),
        created_at=at,
    )
