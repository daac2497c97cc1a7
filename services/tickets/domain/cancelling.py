"""Asking to cancel a ticket that is being worked on, which staff decide."""

from dataclasses import replace
from datetime import datetime

from services.tickets.domain.conversation import heard, unheard
from services.tickets.domain.ticket import Ticket
from services.tickets.domain.verbs import Verb
from shared.auth.caller import Caller
from shared.contracts.tickets import Deed


def has_to_ask(ticket: Ticket, by: Caller) -> bool:
    """Return whether the caller may ask to cancel the ticket, and not cancel it themself."""
    return Verb.REQUEST_CANCEL in ticket.legal_for(by)


def request_cancel(ticket: Ticket, *, by: Caller, at: datetime, reason: str | None) -> Ticket:
    """Return the ticket with the resident's wish to cancel it; the same if they asked before.

    Raises IllegalStep.
    """
    ticket.permit(Verb.REQUEST_CANCEL, by)
    if ticket.cancel_requested_at is not None:
        return ticket
    asked = unheard(ticket.changed(cancel_requested_at=at), at=at)
    return asked.did(Deed.CANCEL_REQUESTED, by=by, at=at).with_note(reason, at=at)


def refuse_cancel(ticket: Ticket, *, by: Caller, at: datetime, reason: str | None) -> Ticket:
    """Return the ticket without the wish to cancel it: work goes on. Raises IllegalStep,
    Forbidden.
    """
    ticket.permit(Verb.REFUSE_CANCEL, by)
    refused = replace(heard(ticket), cancel_requested_at=None).changed()
    return refused.did(Deed.CANCEL_REFUSED, by=by, at=at).with_note(reason, at=at)
