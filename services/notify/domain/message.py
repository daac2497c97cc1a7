"""A message as it lies in its recipient's inbox, and how its deliveries stand."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from pydantic import JsonValue

from services.notify.domain.channels import Channel


@dataclass(frozen=True, kw_only=True)
class Message:
    """What was said to one person; `stale` is why it was never worth sending, None for what was.

    `kind` may be one that a newer release has added.
    """

    id: UUID
    recipient_id: str
    kind: str
    cause: str
    ticket_id: UUID | None
    site_id: str | None
    at: datetime
    created_at: datetime
    until: datetime | None
    stale: str | None
    language: str
    title: str
    text: str
    data: dict[str, JsonValue]
    read_at: datetime | None
    superseded_at: datetime | None = None
    """When a newer message about the same ticket said otherwise, or nothing was left to do about
    it; None while it stands.
    """


@dataclass(frozen=True, kw_only=True)
class DeliveryStatus:
    """How one delivery of a message stands."""

    id: UUID
    message_id: UUID
    endpoint_id: UUID
    state: str
    attempts: int
    next_attempt_at: datetime
    reason: str | None
    done_at: datetime | None
    channel: str = Channel.WEBHOOK


@dataclass(frozen=True, kw_only=True)
class FailedDelivery(DeliveryStatus):
    """A delivery that was given up, with what it was to say to whom."""

    kind: str
    recipient_id: str
    ticket_id: UUID | None
    site_id: str | None
    title: str
    created_at: datetime
