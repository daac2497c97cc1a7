"""One __entity__: what it may become, and when."""

from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

from shared.contracts import TicketV1
from shared.contracts.__service__ import __Entity__State
from shared.contracts.tickets import TicketState
from shared.errors import Conflict, Invalid
from shared.ids import SiteId, TicketId

_OVER = frozenset({TicketState.CLOSED, TicketState.CANCELLED})


class TicketIsOver(Conflict):
    code = "ticket_is_over"


@dataclass(frozen=True, kw_only=True)
class __Entity__:
    """The names are those of `__Entity__V1`."""

    id: UUID
    version: int
    site_id: SiteId
    ticket_id: TicketId
    state: __Entity__State
    text: str
    due_at: datetime


def ask_for(id: UUID, ticket: TicketV1, *, text: str, due_at: datetime, now: datetime) -> __Entity__:
    """Return a new __entity__ of the ticket, at version 0.

    Raises TicketIsOver, Invalid.
    """
    if ticket.state in _OVER:
        raise TicketIsOver("The ticket has ended and needs nothing.", state=ticket.state)
    if due_at <= now:
        raise Invalid("The time has passed already.", field="/due_at")
    return __Entity__(
        id=id,
        version=0,
        site_id=SiteId(ticket.site_id),
        ticket_id=TicketId(ticket.id),
        state=__Entity__State.OPEN,
        text=text,
        due_at=due_at,
    )


def follow_ticket(__entity__: __Entity__, ticket: TicketV1) -> __Entity__:
    """Return it as its ticket leaves it: dropped once the ticket has ended, whatever it was."""
    return replace(__entity__, state=__Entity__State.DROPPED) if ticket.state in _OVER else __entity__


def become_overdue(__entity__: __Entity__, *, now: datetime) -> __Entity__:
    """Return it as it stands at that moment: what is open and past its time is overdue."""
    if __entity__.state is __Entity__State.OPEN and __entity__.due_at <= now:
        return replace(__entity__, state=__Entity__State.OVERDUE)
    return __entity__
