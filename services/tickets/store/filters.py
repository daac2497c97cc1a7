"""What a list of tickets is asked for."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from shared.contracts.categories import Nature
from shared.contracts.tickets import Priority, TicketState


@dataclass(frozen=True, kw_only=True)
class Filters:
    """None or empty asks for everything.

    `limit` rows with an id below `before`; all `words` (see `search_words`) have to occur, or all
    `keyed` (see `search_units`) if there are any.
    """

    limit: int
    before: UUID | None = None
    site_id: str | None = None
    states: tuple[TicketState, ...] = ()
    category: str | None = None
    priority: Priority | None = None
    nature: Nature | None = None
    reporter_id: str | None = None
    reference: str | None = None
    words: tuple[str, ...] = ()
    keyed: tuple[str, ...] = ()
    opened_from: datetime | None = None
    opened_to: datetime | None = None
    updated_from: datetime | None = None
    updated_to: datetime | None = None
    imported: bool | None = None
    without_due: bool = False  # only those that are not in `waiting`, see `due_order`
