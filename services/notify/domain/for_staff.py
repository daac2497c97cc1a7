"""What there is to say to the dispatchers and managers of a ticket's site."""

from collections.abc import Iterator
from datetime import datetime

from pydantic import JsonValue

from services.notify.domain.kinds import Kind, Language
from services.notify.domain.known import Known, Staff, stamp
from services.notify.domain.occasion import Occasion
from shared.contracts.tickets import TicketState
from shared.ids import SiteId

_OVER = frozenset({TicketState.CLOSED, TicketState.CANCELLED})


def for_staff(known: Known, *, now: datetime) -> list[Occasion]:
    """Return every occasion of this ticket since each of them has been listening.

    `now` dates what lasts until now.
    """
    return [
        occasion
        for staff in known.staff
        for occasion in (
            *_clocks(known, staff),
            *_unassignable(known, staff, now),
            *_danger(known, staff),
        )
    ]


def _clocks(known: Known, staff: Staff) -> Iterator[Occasion]:
    for told in known.clocks.announced if known.clocks else ():
        if told.skipped or told.announced_at < staff.since:
            continue
        kind = Kind.CLOCK_BREACHED if told.threshold >= 100 else Kind.CLOCK_WARNED
        cause = f"{known.ticket.id}/{told.clock}/{told.threshold}/{stamp(told.due_at)}"
        more: dict[str, JsonValue] = {
            "clock": told.clock.value,
            "threshold": told.threshold,
            "due_at": stamp(told.due_at),
        }
        yield _occasion(known, staff, kind, cause, told.fell_at, more)


def _unassignable(known: Known, staff: Staff, now: datetime) -> Iterator[Occasion]:
    """Yield that no technician can take the job, or that the site has none; again when others were
    asked in vain since.
    """
    order = known.work_order
    if known.ticket.state in _OVER:
        return  # it is dated now, so a work order of old that is heard again would be news
    if order is None or (order.unassignable_at is None and not order.unassignable):
        return
    offers = sum(len(job.offers) for job in order.jobs)
    barred: list[JsonValue] = [
        {"technician_id": each.technician_id, "codes": list(each.codes)}
        for each in order.unassignable[:50]
    ]
    yield _occasion(
        known,
        staff,
        Kind.JOB_UNASSIGNABLE,
        f"{order.id}/{order.cycle}/{offers}",
        now,
        {"barred": barred},
    )


def _danger(known: Known, staff: Staff) -> Iterator[Occasion]:
    """Yield that there are words of danger which were not there when the ticket was opened: staff
    may have settled on another priority. Who wrote them knows.
    """
    ticket = known.ticket
    for found in ticket.danger:
        if found.at <= ticket.opened_at or found.at < staff.since or found.cause == staff.id:
            continue
        cause = f"{ticket.id}/{stamp(found.at)}"
        yield _occasion(
            known, staff, Kind.TICKET_DANGER, cause, found.at, {"danger": list(found.words)}
        )


def _occasion(
    known: Known, staff: Staff, kind: Kind, cause: str, at: datetime, more: dict[str, JsonValue]
) -> Occasion:
    ticket = known.ticket
    about: dict[str, JsonValue] = {
        "ticket_id": str(ticket.id),
        "reference": ticket.reference,
        "category": ticket.category,
        "priority": ticket.priority.value,
        "state": ticket.state.value,
    }
    return Occasion(
        recipient_id=staff.id,
        kind=kind,
        cause=cause,
        at=at,
        ticket_id=ticket.id,
        site_id=SiteId(ticket.site_id),
        language=Language.CHINESE,
        data={**about, **more},
    )
