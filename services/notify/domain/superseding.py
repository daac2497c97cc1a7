"""Which messages no longer stand once a newer one about the same ticket was said to the same
person: what they say of a visit, or of how far things are, is no longer so.
"""

from collections.abc import Mapping

from services.notify.domain.kinds import Kind

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
}
"""Newer kind → the kinds of older messages that no longer stand."""

SUPERSEDED_BY: Mapping[Kind, frozenset[Kind]] = {
    older: frozenset(newer for newer, olders in SUPERSEDES.items() if older in olders)
    for older in Kind
    if any(older in olders for olders in SUPERSEDES.values())
}
