"""A clock as a row of a table, for those who count and compare."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID


@dataclass(frozen=True, kw_only=True)
class ClockLine:
    """One promise about one ticket; times are UTC. `opened_at` is the ticket's. What was `imported`
    is of a ticket that is as it ended in a former system, and was never promised to any person.
    """

    ticket_id: UUID
    reference: str
    site_id: str
    category: str
    priority: str
    ticket_state: str
    opened_at: datetime | None
    policy_id: str
    policy_version: int
    kind: str
    state: str
    started_at: datetime
    due_at: datetime | None
    stopped_at: datetime | None
    breached_at: datetime | None
    imported: bool
