"""What a resident may do with a ticket, and what is told beside how it stands."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from services.portal.domain.advice import advice_for
from services.portal.domain.ticket_lines import Line
from services.portal.domain.ticket_view import TicketView
from shared.contracts.dispatch import JobState
from shared.contracts.tickets import Priority, TicketState

_CLOSES_AFTER = timedelta(hours=72)
"""Where the site has not said how many working days there are to object."""
_DANGEROUS = frozenset({Priority.EMERGENCY, Priority.URGENT})
_THERE = frozenset({JobState.ON_SITE, JobState.WORKING})
_DONE = frozenset({TicketState.RESOLVED, TicketState.CLOSED})
_WHAT_WAS_DONE = frozenset({"resident-line-resolved", "resident-line-settled"})


def advice(ticket: TicketView) -> str | None:
    """Return what to do until a technician comes."""
    is_there = ticket.work is not None and ticket.work.job_state in _THERE
    if not ticket.is_living or ticket.is_at_desk or ticket.priority not in _DANGEROUS or is_there:
        return None
    return advice_for(ticket.category, [word for each in ticket.danger for word in each.words])


def closes_at(
    ticket: TicketView, site: Mapping[str, Any], ends_at: datetime | None
) -> datetime | None:
    """Return when a resolved ticket closes by itself; None where that is not known."""
    if ticket.state is not TicketState.RESOLVED:
        return None
    if ends_at is None and site.get("close_after_working_days") is None:
        return ticket.last.at + _CLOSES_AFTER
    return ends_at


def deeds(ticket: TicketView, *, reader: str | None, now: datetime) -> frozenset[str]:
    """Return what the reader may do with the ticket, as far as a page can tell."""
    own = reader == ticket.reporter_id
    goes_on = ticket.is_living or ticket.state is TicketState.RESOLVED
    wants = {
        "urge": ticket.is_living and not ticket.visit_offered(now),
        "comment": goes_on or ticket.duplicate_of is not None,
        "cancel": "cancel" in ticket.legal,
        "ask_to_cancel": "request_cancel" in ticket.legal and not ticket.cancel_requested_at,
        "confirm": "confirm" in ticket.legal,
        "reopen": ticket.may_reopen(now),
        "rate": ticket.may_rate(reader, now),
        "appoint": ticket.is_living and not ticket.is_at_desk,
        "follow": goes_on and not own and reader not in ticket.followers,
        "unfollow": not own and reader in ticket.followers,
        "share": own and not ticket.is_history,
    }
    return frozenset(deed for deed, may in wants.items() if may)


def what_was_done(told: Sequence[Line], ticket: TicketView) -> Line | None:
    """Return the line that says what was done, of a ticket that is settled."""
    if ticket.state not in _DONE:
        return None
    done = next((line for line in told if line.key in _WHAT_WAS_DONE), None)
    return (
        done if done is not None and (done.text or (ticket.work and ticket.work.photos)) else None
    )
