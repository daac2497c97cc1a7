"""A job as a row of a table, for those who count and compare."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID


@dataclass(frozen=True, kw_only=True)
class JobLine:
    """One job; times are UTC. `accepted_at` and `arrived_at` are of the newest of several,
    `completed_at` also of a job that needs a second visit. `arrived_said_at` and
    `completed_said_at` are what the technician's phone said then, by its own clock. `mode` is how
    its last technician came to it: by `plan`, out of the `pool`, or `manual`, chosen by a
    dispatcher.
    """

    id: UUID
    ticket_id: UUID
    site_id: str
    cycle: int
    number: int
    state: str
    technician_id: str | None
    category: str
    priority: str | None
    reason: str | None
    created_at: datetime | None
    planned_arrival: datetime | None
    due_at: datetime | None
    accepted_at: datetime | None
    arrived_at: datetime | None
    completed_at: datetime | None
    minutes: int | None
    note: str | None
    arrived_said_at: datetime | None
    completed_said_at: datetime | None
    mode: str | None
