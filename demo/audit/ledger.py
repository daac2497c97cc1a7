"""The evidence as plain values: what each database says about the sites of a run."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

TICKET, COMMENT, SITE = "tickets.ticket", "tickets.comment", "tickets.site"
WORK_ORDER, TECHNICIAN = "dispatch.work_order", "dispatch.technician"
CLOCKS, ANSWER, AUDIENCE = "sla.clocks", "notify.offer", "notify.audience"

SUBSCRIBED: Mapping[str, tuple[str, ...]] = {
    "tickets": (WORK_ORDER, TECHNICIAN, CLOCKS),
    "dispatch": (TICKET, SITE, CLOCKS, ANSWER),
    "sla": (TICKET, SITE, WORK_ORDER, AUDIENCE),
    "notify": (TICKET, COMMENT, SITE, WORK_ORDER, TECHNICIAN, CLOCKS),
}
"""The entities whose state a service has to know."""


@dataclass(frozen=True, kw_only=True)
class Fact:
    """A fact as it stands in its owner's outbox.

    `entity` is like `tickets.ticket`. `name` is the past tense of what happened last, `also` those
    of what else made this version, in order. `digest` is that of the state.
    """

    fact_id: str
    entity: str
    name: str
    subject: str
    version: int
    state: str | None
    digest: str
    at: datetime
    published: bool
    dead: bool = False
    also: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class OfferVersion:
    """An offer as one version of its work order shows it."""

    work_order: str
    version: int
    offer: str
    state: str


@dataclass(frozen=True, kw_only=True)
class Message:
    """Something to be said to one person; recipient, kind and cause make it unique.

    `state` is `said`, or why it was too late to say. `at` is when it was made, `since` when that
    was so of which it tells, in seconds since the epoch. `technician` is the name that it says.
    """

    id: str
    recipient: str
    kind: str
    cause: str
    ticket: str | None
    state: str
    at: float = 0.0
    since: float = 0.0
    language: str = ""
    technician: str = ""


WEBHOOK, EMAIL = "webhook", "email"


@dataclass(frozen=True, kw_only=True)
class Delivery:
    """A message on its way to one endpoint, over a channel."""

    id: str
    message: str
    endpoint: str
    owner: str
    state: str
    reason: str | None = None
    channel: str = WEBHOOK


@dataclass(frozen=True, kw_only=True)
class Ledger:
    """All the evidence about the sites of a run.

    `newest` holds the last state published: entity → id → state. `known_versions` are those that
    other services have: service → entity → id → version.
    """

    facts: tuple[Fact, ...] = ()
    newest: Mapping[str, Mapping[str, Mapping[str, Any]]] = field(default_factory=dict)
    known_versions: Mapping[str, Mapping[str, Mapping[str, int]]] = field(default_factory=dict)
    dead_letters: Mapping[str, int] = field(default_factory=dict)
    """How many there are, by service."""
    offers: tuple[OfferVersion, ...] = ()
    tickets: frozenset[str] = frozenset()
    """Rows of tickets, by id."""
    work_orders: frozenset[str] = frozenset()
    jobs: Mapping[str, tuple[Mapping[str, Any], ...]] = field(default_factory=dict)
    """Rows of dispatch by work order: id, cycle, state."""
    clocks: Mapping[str, tuple[Mapping[str, Any], ...]] = field(default_factory=dict)
    """Ticket → its clocks as sla has them; one that was met while others run is in no fact."""
    messages: tuple[Message, ...] = ()
    deliveries: tuple[Delivery, ...] = ()
    capacities: Mapping[str, int] = field(default_factory=dict)
    """Jobs at a time, by technician."""


@dataclass(frozen=True, kw_only=True)
class Finding:
    """One thing that must not be, in words."""

    about: str
    what: str

    def __str__(self) -> str:
        return f"{self.about}: {self.what}"
