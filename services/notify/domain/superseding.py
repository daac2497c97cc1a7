"""Which messages no longer stand: what they say of a visit, or of how far things are, is no longer
so, or what they ask for need not be done any more.

A newer message about the same ticket to the same person says so; to technicians and the desk also
a later step of the ticket. What a person wrote stands for ever.
"""

from collections.abc import Mapping

from services.notify.domain.kinds import Kind
from shared.contracts.tickets import TicketState

OWN = "own"
"""Why a message is not told to the person who brought it about; what it supersedes does not stand
all the same.
"""

_AHEAD = frozenset(
    {
        Kind.TICKET_ASSIGNED,
        Kind.TECHNICIAN_RESCHEDULED,
        Kind.TECHNICIAN_TRAVELLING,
        Kind.TECHNICIAN_ARRIVED,
    }
)
"""Say who comes, or that they are there."""
_SEARCHING = frozenset(
    {
        Kind.TICKET_RECEIVED,
        Kind.TICKET_UNASSIGNED,
        Kind.TICKET_FOLLOW_UP,
        Kind.TICKET_REOPENED,
        Kind.TICKET_UNMERGED,
        Kind.TICKET_RELEASED,
    }
)
"""Say that a technician is looked for, or that work goes on."""
_PAUSED = frozenset({Kind.TICKET_HELD, Kind.TICKET_LATE, Kind.TICKET_CANCEL_REFUSED})
_VISIT = frozenset({Kind.TICKET_APPOINTED, Kind.TICKET_VISIT_CANCELLED})
_OVER = frozenset({Kind.TICKET_RESOLVED, Kind.TICKET_CLOSED})
_OFFER = frozenset({Kind.JOB_OFFERED, Kind.JOB_POOLED, Kind.OFFER_WITHDRAWN, Kind.OFFER_LOST})
_HELD = frozenset({Kind.JOB_ACCEPTED, Kind.JOB_CHANGED, Kind.JOB_CANCELLED})
"""Say whether a technician has the job, and what it is."""
_NOT_TAKEN = frozenset({Kind.JOB_UNASSIGNABLE, Kind.JOB_TO_ASSIGN, Kind.EMERGENCY_UNTAKEN})
_ALL_BEFORE = _AHEAD | _SEARCHING | _PAUSED | _VISIT | _OVER

SUPERSEDES: Mapping[Kind, frozenset[Kind]] = {
    Kind.TICKET_ASSIGNED: _AHEAD | _SEARCHING,
    Kind.TECHNICIAN_RESCHEDULED: _AHEAD | _SEARCHING,
    Kind.TECHNICIAN_TRAVELLING: _AHEAD | _SEARCHING | {Kind.TICKET_HELD},
    Kind.TECHNICIAN_ARRIVED: _AHEAD | _SEARCHING | _VISIT | {Kind.TICKET_HELD},
    Kind.TICKET_UNASSIGNED: _AHEAD | {Kind.TICKET_UNASSIGNED, Kind.TICKET_RELEASED},
    Kind.TICKET_FOLLOW_UP: _AHEAD | _SEARCHING | _VISIT,
    Kind.TICKET_HELD: frozenset({Kind.TICKET_HELD, Kind.TICKET_RELEASED}),
    Kind.TICKET_RELEASED: frozenset({Kind.TICKET_HELD, Kind.TICKET_RELEASED}),
    Kind.TICKET_APPOINTED: _VISIT,
    Kind.TICKET_VISIT_CANCELLED: _VISIT,
    Kind.TICKET_RESOLVED: _AHEAD | _SEARCHING | _PAUSED | _VISIT,
    Kind.TICKET_REOPENED: _ALL_BEFORE,
    Kind.TICKET_CLOSED: _ALL_BEFORE,
    Kind.TICKET_CANCELLED: _ALL_BEFORE,
    Kind.TICKET_MERGED: _ALL_BEFORE,
    Kind.TICKET_UNMERGED: frozenset({Kind.TICKET_MERGED}),
    Kind.JOB_OFFERED: _OFFER | _HELD,
    Kind.OFFER_WITHDRAWN: frozenset({Kind.JOB_OFFERED}),
    Kind.OFFER_LOST: frozenset({Kind.JOB_OFFERED}),
    Kind.JOB_ACCEPTED: _OFFER | _HELD,
    Kind.JOB_CHANGED: frozenset({Kind.JOB_CHANGED}),
    Kind.JOB_CANCELLED: _OFFER | _HELD,
    Kind.JOB_POOLED: _OFFER | _HELD,
    Kind.JOB_UNASSIGNABLE: _NOT_TAKEN,
    Kind.JOB_TO_ASSIGN: _NOT_TAKEN,
    Kind.EMERGENCY_UNTAKEN: _NOT_TAKEN,
    Kind.JOB_INELIGIBLE: frozenset({Kind.JOB_INELIGIBLE}),
    Kind.CLOCK_WARNED: frozenset({Kind.CLOCK_WARNED}),
    Kind.CLOCK_BREACHED: frozenset({Kind.CLOCK_WARNED}),
    Kind.TICKET_URGED: frozenset({Kind.TICKET_URGED}),
    Kind.TICKET_AMENDED: frozenset({Kind.TICKET_AMENDED}),
    Kind.TICKET_CANCEL_REQUESTED: frozenset({Kind.TICKET_CANCEL_REQUESTED}),
}
"""Newer kind → the kinds of older messages that no longer stand. Where both say what `changed`, or
of which `clock` they are, the newer has to say the same or more of it.
"""

SUPERSEDED_BY: Mapping[Kind, frozenset[Kind]] = {
    older: frozenset(newer for newer, olders in SUPERSEDES.items() if older in olders)
    for older in Kind
    if any(older in olders for olders in SUPERSEDES.values())
}

_ENDED = frozenset({TicketState.RESOLVED, TicketState.CLOSED, TicketState.CANCELLED})
_TAKEN = _ENDED | {TicketState.ASSIGNED, TicketState.IN_PROGRESS}

ENDED_BY: Mapping[Kind, frozenset[TicketState]] = {
    **dict.fromkeys((*_NOT_TAKEN, Kind.JOB_POOLED), _TAKEN),
    Kind.JOB_INELIGIBLE: _ENDED | {TicketState.OPEN},
    **dict.fromkeys(
        (
            Kind.JOB_OFFERED,
            Kind.JOB_ACCEPTED,
            Kind.JOB_CHANGED,
            Kind.CLOCK_WARNED,
            Kind.CLOCK_BREACHED,
            Kind.TICKET_DANGER,
            Kind.TICKET_URGED,
            Kind.TICKET_AMENDED,
            Kind.TICKET_OBJECTED,
            Kind.TICKET_CANCEL_REQUESTED,
        ),
        _ENDED,
    ),
}
"""Kind → the states of its ticket after which there is nothing left to do about a message."""

DATED_WHEN_SAID = frozenset({Kind.JOB_CHANGED, Kind.JOB_UNASSIGNABLE, Kind.JOB_INELIGIBLE})
"""Of these no snapshot says since when they are so; what ended them may have happened before they
were said, and been heard of after.
"""
