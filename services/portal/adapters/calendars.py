"""A visit as a file that calendars take (RFC 5545)."""

from datetime import datetime, timedelta

from services.portal.domain.ticket_view import TicketView

_AS_LONG_AS = timedelta(hours=1)
"""How long a visit takes of which only the arrival is planned."""


def visit_event(ticket: TicketView, *, now: datetime) -> tuple[datetime, datetime] | None:
    """Return from when to when a technician comes: as agreed, else as they plan to arrive; None
    where neither is known.
    """
    visit = ticket.visit_agreed(now) or ticket.visit_offered(now)
    if visit is not None:
        return visit.start, visit.end
    planned = ticket.work.planned_arrival if ticket.work and ticket.is_living else None
    return None if planned is None else (planned, planned + _AS_LONG_AS)


def calendar_of(
    ticket: TicketView,
    visit: tuple[datetime, datetime],
    *,
    summary: str,
    text: str,
    place: str,
    site: str,
    now: datetime,
) -> bytes:
    """Return the file. The same ticket's next one replaces it."""
    from icalendar import Calendar, Event  # once one is asked for: it takes 3 MB

    event = Event()
    event.add("uid", f"{ticket.id}@fettle")
    event.add("sequence", ticket.version)
    event.add("dtstamp", now)
    event.add("dtstart", visit[0])
    event.add("dtend", visit[1])
    event.add("summary", summary)
    event.add("description", text)
    event.add("location", " ".join(each for each in (site, place) if each))
    calendar = Calendar()
    calendar.add("prodid", "-//Fettle//portal//")
    calendar.add("version", "2.0")
    calendar.add("method", "PUBLISH")
    calendar.add_component(event)
    return bytes(calendar.to_ical())
