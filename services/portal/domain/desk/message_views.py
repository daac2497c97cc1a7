"""What notify tells the desk about messages of a ticket."""

from uuid import UUID

from pydantic import AwareDatetime, TypeAdapter

from shared.contracts.base import Contract


class Delivery(Contract):
    channel: str
    state: str
    attempts: int
    reason: str | None
    done_at: AwareDatetime | None


class Message(Contract):
    id: UUID
    kind: str
    recipient_id: str
    at: AwareDatetime
    title: str
    read_at: AwareDatetime | None
    superseded_at: AwareDatetime | None
    stale: str | None
    deliveries: tuple[Delivery, ...]


MESSAGES = TypeAdapter(list[Message])
