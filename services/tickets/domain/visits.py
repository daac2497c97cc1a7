"""Visits agreed with the resident: what staff set alone is an offer, until the resident confirms it
or lets it stand.
"""

from datetime import datetime, timedelta

from services.tickets.domain.conversation import heard
from services.tickets.domain.ticket import Ticket
from shared.auth.caller import Caller
from shared.contracts.tickets import Appointment
from shared.errors import Conflict, Forbidden, Invalid
from shared.standing import standing_visit

_MAX_APPOINTMENTS = 20
MAX_VISIT = timedelta(days=7)  # the technician who comes is kept free for all of it
_FARTHEST = timedelta(days=366)


class NothingToConfirm(Conflict):
    code = "nothing_to_confirm"


class NoVisitAgreed(Conflict):
    code = "no_visit_agreed"


def agree_visit(
    ticket: Ticket,
    *,
    by: Caller,
    at: datetime,
    start: datetime,
    end: datetime,
    stands_after: timedelta | None = timedelta(0),
) -> Ticket:
    """Return the ticket with a visit from `start` to `end`: agreed where the resident set it; set
    by staff, offered, and agreed once it `stands_after` (None: when the resident confirms it).

    Raises IllegalStep, Invalid.
    """
    ticket.demand_life("appointment", by)
    if not start < end:
        raise Invalid("A visit must end after it starts.", field="/end")
    if end <= at:
        raise Invalid("A visit can only be agreed for a time to come.", field="/end")
    if end - start > MAX_VISIT:
        raise Invalid(f"A visit lasts at most {MAX_VISIT.days} days.", field="/end")
    demand_near(start, at=at, field="/start")
    by_staff = _is_staff_to_the_flat(ticket, by)
    offered = by_staff and stands_after != timedelta(0)
    stands_at = (
        None if not offered or stands_after is None else max(at, min(at + stands_after, start))
    )
    visit = Appointment(
        at=at,
        start=start,
        end=end,
        by=by.id,
        by_staff=by_staff,
        proposed=offered,
        stands_at=stands_at,
    )
    return _with(heard(ticket) if by_staff else ticket, visit)


def demand_near(start: datetime, *, at: datetime, field: str) -> None:
    """Raise Invalid for a visit that would begin more than a year after `at`."""
    if start - at > _FARTHEST:
        raise Invalid(f"A visit is at most {_FARTHEST.days} days ahead.", field=field)


def confirm_visit(ticket: Ticket, *, by: Caller, at: datetime) -> Ticket:
    """Return the ticket with the visit that staff offered, agreed by the resident.

    Raises Forbidden, IllegalStep, NothingToConfirm.
    """
    if _is_staff_to_the_flat(ticket, by):
        raise Forbidden("Only residents confirm visits.")
    ticket.demand_life("appointment", by)
    offered = standing_visit(ticket.appointments)
    if offered is None or not offered.proposed or offered.end <= at:
        raise NothingToConfirm("There is no visit to confirm.")
    agreed = offered.model_copy(
        update={"at": at, "by": by.id, "by_staff": False, "proposed": False, "stands_at": None}
    )
    return _with(ticket, agreed)


def cancel_visit(ticket: Ticket, *, by: Caller, at: datetime) -> Ticket:
    """Return the ticket without the visit that was agreed or offered; the ticket goes on.

    Raises IllegalStep, NoVisitAgreed.
    """
    ticket.demand_life("appointment", by)
    visit = standing_visit(ticket.appointments)
    if visit is None:
        raise NoVisitAgreed("There is no visit to cancel.")
    by_staff = _is_staff_to_the_flat(ticket, by)
    off = {"by": by.id, "by_staff": by_staff, "cancelled": True, "proposed": False}
    return _with(
        heard(ticket) if by_staff else ticket,
        visit.model_copy(update={**off, "at": at, "stands_at": None}),
    )


def _is_staff_to_the_flat(ticket: Ticket, by: Caller) -> bool:
    """Return whether the person is staff to the flat that is visited: also who came along with a
    duplicate of its report.
    """
    return by.is_staff(ticket.site_id) and by.id != ticket.reporter_id


def _with(ticket: Ticket, visit: Appointment) -> Ticket:
    return ticket.changed(appointments=(*ticket.appointments, visit)[-_MAX_APPOINTMENTS:])
