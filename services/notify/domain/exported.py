"""A message as a row of a table, for those who count and compare."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID


@dataclass(frozen=True, kw_only=True)
class MessageLine:
    """One message to one person; times are UTC. `stale` is why it was never worth sending.
    `deliveries` counts the endpoints that it went to, `delivered` those that took it, the first of
    them at `delivered_at`.
    """

    id: UUID
    site_id: str
    ticket_id: UUID | None
    recipient_id: str
    kind: str
    language: str
    title: str
    text: str
    at: datetime
    created_at: datetime
    until: datetime | None
    stale: str | None
    read_at: datetime | None
    deliveries: int
    delivered: int
    delivered_at: datetime | None
