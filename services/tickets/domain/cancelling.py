"""Asking to cancel a ticket that is worked on: staff decide while a technician is under way."""

from dataclasses import replace
from datetime import datetime

from services.tickets.domain.conversation import heard, unheard
from services.tickets.domain.ticket import Ticket
from services.tickets.domain.verbs import Verb
from shared.auth.caller import Caller
from shared.contracts.tickets import Deed
from shared.contracts.tickets import TicketState as State
from shared.ids import PersonId
from shared.shortening import printable

_NOT_UNDER_WAY = frozenset({State.OPEN, State.ASSIGNED})


def has_to_ask(ticket: Ticket, by: Caller) -> bool:
    """Return whether the caller may ask to cancel the ticket, and not cancel it themself."""
    return Verb.REQUEST_CANCEL in ticket.legal_for(by)


def request_cancel(ticket: Ticket, *, by: Caller, at: datetime, reason: str | None) -> Ticket:
    """Return the ticket with the resident's wish to cancel it; the same if they asked before, and
    say nothing new.

    Raises IllegalStep.
    """
    ticket.permit(Verb.REQUEST_CANCEL, by)
    if ticket.cancel_requested_at is not None and not _is_new(ticket, reason):
        return ticket
    asked = unheard(ticket.changed(cancel_requested_at=at), at=at)
    return asked.did(Deed.CANCEL_REQUESTED, by=by, at=at).with_note(reason, at=at)


def _is_new(ticket: Ticket, reason: str | None) -> bool:
    """Return whether the reason is another than the one of the wish that stands."""
    note = ticket.note
    said = note.text if note is not None and note.at == ticket.cancel_requested_at else ""
    return reason is not None and printable(reason).strip() not in ("", said.strip())


def refuse_cancel(ticket: Ticket, *, by: Caller, at: datetime, reason: str | None) -> Ticket:
    """Return the ticket without the wish to cancel it: work goes on. Raises IllegalStep,
    Forbidden.
    """
    ticket.permit(Verb.REFUSE_CANCEL, by)
    refused = replace(heard(ticket), cancel_requested_at=None).changed()
    return refused.did(Deed.CANCEL_REFUSED, by=by, at=at).with_note(reason, at=at)


def who_asked_to_cancel(ticket: Ticket) -> PersonId:
    """Return who asked to cancel it last; its reporter where that is not on record any more."""
    asked = (each.by for each in reversed(ticket.activities) if each.deed is Deed.CANCEL_REQUESTED)
    return PersonId(next(asked, ticket.reporter_id))


def end_as_asked(ticket: Ticket, *, at: datetime) -> Ticket:
    """Return the ticket, cancelled at the word of the resident who asked to, now that no technician
    is under way; the same where none asked, one is, or danger was found since they asked.
    """
    asked_at = ticket.cancel_requested_at
    if (
        asked_at is None
        or ticket.state not in _NOT_UNDER_WAY
        or any(danger.at >= asked_at for danger in ticket.danger)
    ):
        return ticket
    by, note = who_asked_to_cancel(ticket), ticket.note
    reason = note.text if note is not None and note.at == asked_at else None
    cancelled = ticket.step(to=State.CANCELLED, at=at, cause=by, reason=reason)
    return cancelled.did(Deed.CANCELLED, by=Caller(by, ())).with_note(reason)
