"""When a resolved ticket closes though no resident confirmed it."""

from dataclasses import replace
from datetime import datetime, timedelta

from services.tickets.domain.ticket import SYSTEM, Ticket
from shared.contracts.tickets import TicketState

_CLOSE_AFTER = timedelta(hours=72)


def closes_at(ticket: Ticket) -> datetime | None:
    """Return when a resolved ticket closes by itself; None in any other state."""
    after = ticket.objection_ends_at or ticket.steps[-1].at + _CLOSE_AFTER
    return after if ticket.state is TicketState.RESOLVED else None


def with_time_to_object(ticket: Ticket, *, resolved_at: datetime, ends_at: datetime) -> Ticket:
    """Return the ticket, in the same version, with the end of the time to object to what was
    resolved then; the same where that is another resolution than the one that stands.
    """
    if ticket.state is not TicketState.RESOLVED or ticket.steps[-1].at != resolved_at:
        return ticket
    return replace(ticket, objection_ends_at=ends_at)


def close_unconfirmed(ticket: Ticket, *, now: datetime) -> Ticket:
    """Return the ticket, closed and dated when its time to object was over, if it is."""
    due = closes_at(ticket)
    if due is None or due > now:
        return ticket
    return ticket.step(to=TicketState.CLOSED, at=due, cause=SYSTEM)
