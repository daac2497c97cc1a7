"""A ticket as a row of a table, for those who count and compare."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID


@dataclass(frozen=True, kw_only=True)
class TicketLine:
    """One ticket; times are UTC, coordinates WGS 84. `resolved_at` is of its newest resolution,
    `ended_at` of its end, ratings are the newest. `external_id` is its number in the former system
    that it was taken over from, `attachments` counts them, those for staff alone too.
    """

    id: UUID
    reference: str
    site_id: str
    state: str
    cycle: int
    category: str
    priority: str
    title: str
    description: str
    building: str | None
    entrance: str | None
    unit: str | None
    spot: str | None
    address: str | None
    lat: float | None
    lon: float | None
    reporter_id: str
    entered_by: str
    channel: str
    language: str
    needs_info: bool
    hold: str | None
    duplicate_of: UUID | None
    opened_at: datetime
    answered_at: datetime | None
    resolved_at: datetime | None
    ended_at: datetime | None
    next_due_at: datetime | None
    updated_at: datetime
    rated_speed: int | None
    rated_quality: int | None
    rated_manner: int | None
    nature: str
    road: str
    external_id: str | None
    attachments: int
