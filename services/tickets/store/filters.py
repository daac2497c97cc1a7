"""What a list of tickets is asked for."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from services.tickets.domain.verbs import LIVING
from shared.contracts.categories import Nature
from shared.contracts.tickets import Priority, TicketState

_OVER = frozenset({TicketState.CLOSED, TicketState.CANCELLED})


@dataclass(frozen=True, kw_only=True)
class Filters:
    """None or empty asks for everything.

    `limit` rows with an id below `before`; all `words` (see `search_words`) have to occur, or all
    `keyed` (see `search_units`) if there are any. What stands last the desk's queue alone asks for
    (see `due_order`).
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
    due_from: datetime | None = None
    due_to: datetime | None = None
    unassignable: bool = False
    unheard: bool = False
    living: bool = False  # as is all that falls due
    without_due: bool = False  # only those that are not in `waiting`

    @property
    def by_due(self) -> bool:
        """Whether only what falls due in some time is asked for; `due_to` is exclusive."""
        return self.due_from is not None or self.due_to is not None

    @property
    def few(self) -> bool:
        """Whether what no technician can take is asked for, or where a word waits: few, and found
        by indexes of their own.
        """
        return self.unassignable or self.unheard

    @property
    def emergencies(self) -> bool:
        """Whether all emergencies are asked for, of which few have any state but closed: they have
        an index of their own, and nothing else that is asked for leads to fewer.
        """
        found = self.reference or self.reporter_id or self.words or self.category or self.few
        changed = self.imported is not None or self.updated_from or self.updated_to
        others = self.nature not in (None, Nature.FAULT)
        return self.priority is Priority.EMERGENCY and not (found or changed or others)

    @property
    def led(self) -> bool:
        """Whether an index leads to few tickets that live, whichever else is asked for."""
        return bool(self.reference or self.reporter_id or self.few or self.emergencies)

    @property
    def seldom_due(self) -> bool:
        """Whether hardly any of what an index leads to, newest first, waits for anything."""
        return bool((self.led and not self.unassignable) or self.apart)

    @property
    def apart(self) -> bool:
        """Whether what is imported or no fault is asked for: few, and with indexes of their own."""
        return bool(self.imported) or self.nature not in (None, Nature.FAULT)

    @property
    def over(self) -> bool:
        """Whether all closed or cancelled ones of a category are asked for: they have an index of
        their own, in the order of time.
        """
        by_category = self.category and not (self.words or self.priority)
        return bool(by_category and self.states) and {*self.states} <= _OVER

    @property
    def needs_row(self) -> bool:
        """Whether more is asked for than a ticket's words and tokens say."""
        opened, updated = (self.opened_from, self.opened_to), (self.updated_from, self.updated_to)
        by_row = any((self.states, *opened, *updated)) or self.imported is not None
        return by_row or self.nature is Nature.FAULT

    @property
    def lives(self) -> bool | None:
        """Whether all states that are asked for live, or none does; None if neither."""
        living = {state in LIVING for state in self.states}
        return living.pop() if len(living) == 1 else None
