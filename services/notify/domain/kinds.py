"""What kinds of message there are, whom each is for, and how long it is worth saying."""

from datetime import timedelta
from enum import StrEnum


class Kind(StrEnum):
    TICKET_RECEIVED = "ticket.received"
    TICKET_ASSIGNED = "ticket.assigned"
    TECHNICIAN_TRAVELLING = "technician.travelling"
    TECHNICIAN_ARRIVED = "technician.arrived"
    TICKET_HELD = "ticket.held"
    TICKET_RESOLVED = "ticket.resolved"
    TICKET_CLOSED = "ticket.closed"
    TICKET_REOPENED = "ticket.reopened"
    TICKET_CANCELLED = "ticket.cancelled"
    TICKET_MERGED = "ticket.merged"
    TICKET_UNMERGED = "ticket.unmerged"
    TICKET_ANSWERED = "ticket.answered"
    TICKET_LATE = "ticket.late"
    TICKET_UNASSIGNED = "ticket.unassigned"
    TICKET_FOLLOW_UP = "ticket.follow_up"
    TICKET_APPOINTED = "ticket.appointed"
    TICKET_VISIT_CANCELLED = "ticket.visit_cancelled"
    TICKET_RELEASED = "ticket.released"
    TICKET_CANCEL_REFUSED = "ticket.cancel_refused"
    TECHNICIAN_RESCHEDULED = "technician.rescheduled"

    JOB_OFFERED = "job.offered"
    JOB_POOLED = "job.pooled"
    OFFER_WITHDRAWN = "offer.withdrawn"
    OFFER_LOST = "offer.lost"
    JOB_ACCEPTED = "job.accepted"
    JOB_CANCELLED = "job.cancelled"
    JOB_CHANGED = "job.changed"

    JOB_UNASSIGNABLE = "job.unassignable"
    JOB_TO_ASSIGN = "job.to_assign"
    EMERGENCY_UNTAKEN = "emergency.untaken"
    JOB_INELIGIBLE = "job.ineligible"
    TICKET_DANGER = "ticket.danger"
    CLOCK_WARNED = "clock.warned"
    CLOCK_BREACHED = "clock.breached"
    TICKET_COMMENTED = "ticket.commented"
    TICKET_URGED = "ticket.urged"
    TICKET_AMENDED = "ticket.amended"
    TICKET_OBJECTED = "ticket.objected"
    TICKET_RATED = "ticket.rated"
    TICKET_WITHDRAWN = "ticket.withdrawn"
    TICKET_CANCEL_REQUESTED = "ticket.cancel_requested"

    CERTIFICATE_EXPIRING = "certificate.expiring"

    ENDPOINT_DISABLED = "endpoint.disabled"
    ENDPOINT_TEST = "endpoint.test"
    REPLY_UNREADABLE = "reply.unreadable"

    LOGIN_LINK = "login.link"


class Language(StrEnum):
    CHINESE = "zh-CN"
    ENGLISH = "en"

    @classmethod
    def of(cls, tag: str) -> "Language":
        """Return the shipped language nearest to a tag such as `en-GB`; Chinese for one that is not
        shipped.
        """
        return cls.ENGLISH if tag.lower().split("-", 1)[0] == "en" else cls.CHINESE


WORK_KINDS = frozenset(
    {
        Kind.JOB_OFFERED,
        Kind.JOB_POOLED,
        Kind.OFFER_WITHDRAWN,
        Kind.OFFER_LOST,
        Kind.JOB_ACCEPTED,
        Kind.JOB_CANCELLED,
        Kind.JOB_CHANGED,
        Kind.REPLY_UNREADABLE,
    }
)
"""For the technicians of a site."""

DATA_ALONE = WORK_KINDS - {Kind.JOB_POOLED, Kind.JOB_CHANGED, Kind.REPLY_UNREADABLE}
"""Sent to technicians' clients, which act on the data, without the words that stand in the inbox.

`job.changed` brings its words along: what a person said is for a person to read; so is whether to
grab a job.
"""

DESK_KINDS = frozenset(
    {
        Kind.JOB_UNASSIGNABLE,
        Kind.JOB_TO_ASSIGN,
        Kind.EMERGENCY_UNTAKEN,
        Kind.JOB_INELIGIBLE,
        Kind.TICKET_DANGER,
        Kind.TICKET_COMMENTED,
        Kind.TICKET_URGED,
        Kind.TICKET_AMENDED,
        Kind.TICKET_OBJECTED,
        Kind.TICKET_RATED,
        Kind.TICKET_WITHDRAWN,
        Kind.TICKET_CANCEL_REQUESTED,
        Kind.CLOCK_WARNED,
        Kind.CLOCK_BREACHED,
    }
)
"""For the staff of a site."""

WORK_AND_DESK_KINDS = frozenset({Kind.CERTIFICATE_EXPIRING})
"""For the technicians of a site and for its staff."""

REPEATABLE = frozenset(
    {
        Kind.TICKET_ANSWERED,
        Kind.TICKET_COMMENTED,
        Kind.TICKET_AMENDED,
        Kind.JOB_CHANGED,
        Kind.JOB_UNASSIGNABLE,
    }
)
"""More of the same, of which several within a minute are told as one. The others are steps, offers
and promises, each of which is to be acted on by itself.
"""

WORTH_SAYING_FOR = timedelta(hours=24)
"""What is older when it is first heard of is recorded as stale and not sent.

An offer ends with itself besides.
"""
