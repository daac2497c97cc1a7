"""A job as its technician's client is told of it."""

from collections.abc import Mapping

from pydantic import JsonValue

from services.notify.domain.known import Known, stamp
from services.notify.domain.shortening import shortened
from shared.contracts.dispatch import JobV1
from shared.contracts.sla import ClockKind
from shared.contracts.tickets import TicketV1

_NOT_WORTH_NOTICE = frozenset({"due"})
"""Comes and goes by itself; no reason to notify a technician."""


def job_view(known: Known, job: JobV1) -> dict[str, JsonValue]:
    """Return what the protocol calls `job`.

    Where the promise of arrival is not known yet, `due` is empty: an offer does not wait for it.
    """
    ticket = known.ticket
    arrival = known.clock(ClockKind.ARRIVAL)
    view: dict[str, JsonValue] = {
        "id": str(job.id),
        "reference": ticket.reference,
        "category": ticket.category,
        "priority": ticket.priority.value,
        "summary": _summary(ticket),
        "location": _location(ticket),
        "skills": [skill.code for skill in ticket.skills],
        "due": {"arrival": stamp(arrival.due_at)} if arrival and arrival.due_at else {},
        "preferred_windows": [
            {"start": stamp(window.start), "end": stamp(window.end)}
            for window in ticket.preferred_windows
        ],
        "bring": [],
    }
    if ticket.appointments:
        agreed = ticket.appointments[-1]
        view["visit"] = {"start": stamp(agreed.start), "end": stamp(agreed.end)}
    if ticket.hold == "staff":
        view["held"] = True
    return view


def differs(told: Mapping[str, JsonValue], now: Mapping[str, JsonValue]) -> list[str]:
    """Return the names of what a technician who was told `told` ought to know has changed."""
    names = (told.keys() | now.keys()) - _NOT_WORTH_NOTICE
    return sorted(name for name in names if told.get(name) != now.get(name))


def _summary(ticket: TicketV1) -> str:
    return shortened("\n".join(part for part in (ticket.title, ticket.description) if part))


def _location(ticket: TicketV1) -> dict[str, JsonValue]:
    """Return building, unit and coordinates always; the entrance, a public spot and plain words
    where there are any.
    """
    place = ticket.place
    where: dict[str, JsonValue] = {
        "building": place.building,
        "unit": place.unit,
        "lat": place.lat,
        "lon": place.lon,
    }
    more = {"entrance": place.entrance, "spot": place.spot, "address": place.address}
    return where | {name: text for name, text in more.items() if text is not None}
