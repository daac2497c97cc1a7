"""What becomes of a ticket of a former system: history where it had ended there, else a new report
that says when it was opened there.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from pydantic import JsonValue

from services.tickets.domain.history_list import PastTicket
from services.tickets.domain.intake import CATEGORY_ASKED, Report, Understood, open_ticket_for
from services.tickets.domain.places import resolve_place
from services.tickets.domain.site import Site
from services.tickets.domain.ticket import SYSTEM, Ticket
from shared.contracts.imported import Imported
from shared.contracts.tickets import Channel, Classing, TicketStep
from shared.contracts.tickets import TicketState as State
from shared.contracts.words import Rating
from shared.ids import TicketId, id_of_then, new_id

KEPT_AT_LEAST = timedelta(days=366)
"""So long after it was taken over a ticket is kept, where tickets are kept longer after they ended:
what ended ten years ago is not deleted the same night.
"""
IMPORTED = "imported"

_CYCLE = 1
_LINE_FOR: Mapping[State, str] = {
    State.OPEN: "opened",
    State.ASSIGNED: "assigned",
    State.IN_PROGRESS: "started",
    State.RESOLVED: "resolved",
    State.CLOSED: "closed",
    State.CANCELLED: "cancelled",
}


@dataclass(frozen=True, kw_only=True)
class Line:
    """One line of the ticket's timeline."""

    at: datetime
    name: str
    cause: str
    public: bool = True
    detail: Mapping[str, JsonValue]


def kept_from(ended_at: datetime, *, now: datetime, retention_days: int) -> datetime:
    """Return from when the retention of a ticket counts that ended then and is taken over now: from
    its end, or later where it would be deleted within a year; 0 days are for ever.
    """
    if not retention_days:
        return ended_at
    retention = timedelta(days=retention_days)
    return max(ended_at, now + min(KEPT_AT_LEAST, retention) - retention)


def category_codes(site: Site) -> Mapping[str, str]:
    """Return the codes of the site's categories by code and by name, in lower case."""
    codes = {name.casefold(): each.code for each in site.categories for name in each.names.values()}
    return codes | {each.code.casefold(): each.code for each in site.categories}


def take_over(
    past: PastTicket,
    site: Site,
    *,
    codes: Mapping[str, str],
    reference: str,
    by: str,
    at: datetime,
    retention_days: int,
) -> tuple[Ticket, Sequence[Line]]:
    """Return the ticket at version 1 with the lines of its timeline; `by` is who takes it over.

    Raises TicketFull.
    """
    past = replace(past, category=codes.get(past.category.casefold(), past.category))
    detail: Mapping[str, JsonValue] = {}
    if past.state is State.OPEN:
        understood = _begun_anew(past, site, reference=reference, by=by, at=at)
        ticket, detail = understood.ticket, understood.detail
    else:
        ticket = _as_it_ended(
            past, site, reference=reference, by=by, at=at, retention_days=retention_days
        )
    first, *others = _lines(ticket)
    lines = [replace(first, detail=detail), *others, _taken_over(past, by=by, at=at)]
    return replace(ticket, entries=len(lines)), lines


def _begun_anew(
    past: PastTicket, site: Site, *, reference: str, by: str, at: datetime
) -> Understood:
    report = Report(
        site_id=site.id,
        category=past.category or "other",
        title=past.title,
        description=past.description,
        where=past.where,
        priority=past.priority,
        channel=Channel.IMPORT,
        reporter_id=past.reporter_id,
    )
    id = TicketId(new_id())
    understood = open_ticket_for(report, site, by=by, id=id, reference=reference, at=at)
    imported = Imported(at=at, external_id=past.external_id, opened_at=past.opened_at)
    return replace(understood, ticket=replace(understood.ticket, imported=imported))


def _as_it_ended(
    past: PastTicket, site: Site, *, reference: str, by: str, at: datetime, retention_days: int
) -> Ticket:
    category, known = site.category(past.category)
    asked = past.category if past.category and not known else None
    priority = past.priority or category.priority
    steps = tuple(
        TicketStep(at=since, state=state, cycle=_CYCLE, cause=SYSTEM)
        for state, since in _steps(past)
    )
    ended_at = steps[-1].at
    return Ticket(
        id=TicketId(id_of_then(past.opened_at)),
        site_id=site.id,
        reference=reference,
        state=past.state,
        cycle=_CYCLE,
        category=category.code,
        priority=priority,
        nature=category.nature,
        road=category.road,
        title=past.title or asked or "",
        description=past.description,
        language=site.language,
        channel=Channel.IMPORT.value,
        reporter_id=past.reporter_id or SYSTEM,
        entered_by=by,
        place=resolve_place(site, past.where),
        skills=category.skills,
        answers={CATEGORY_ASKED: asked} if asked and past.title else {},
        opened_at=past.opened_at,
        steps=steps,
        classes=(
            Classing(
                at=past.opened_at,
                category=category.code,
                priority=priority,
                nature=category.nature,
                road=category.road,
            ),
        ),
        answered_at=past.answered_at,
        ratings=_ratings(past, ended_at),
        imported=Imported(
            at=at,
            external_id=past.external_id,
            opened_at=past.opened_at,
            arrived_at=past.arrived_at,
            ended=True,
            kept_from=kept_from(ended_at, now=at, retention_days=retention_days),
        ),
    )


def _steps(past: PastTicket) -> Iterator[tuple[State, datetime]]:
    yield State.OPEN, past.opened_at
    at_work = past.arrived_at or past.started_at
    taken = past.assigned_at or at_work
    if taken is not None:
        yield State.ASSIGNED, taken
    if at_work is not None:
        yield State.IN_PROGRESS, at_work
    if past.cancelled_at is not None:
        yield State.CANCELLED, past.cancelled_at
    if past.resolved_at is not None and past.closed_at is not None:
        yield State.RESOLVED, past.resolved_at
        yield State.CLOSED, past.closed_at


def _ratings(past: PastTicket, ended_at: datetime) -> tuple[Rating, ...]:
    n = past.rating
    if n is None:
        return ()
    return (Rating(at=ended_at, cycle=_CYCLE, speed=n, quality=n, manner=n),)


def _lines(ticket: Ticket) -> Iterator[Line]:
    for step in ticket.steps:
        yield Line(at=step.at, name=_LINE_FOR[step.state], cause=step.cause, detail={})


def _taken_over(past: PastTicket, *, by: str, at: datetime) -> Line:
    """Return the line that says where the ticket comes from; who reported it and who worked on it
    there is for staff to read.
    """
    said: dict[str, JsonValue] = {
        "external_id": past.external_id,
        "opened_at": past.opened_at.isoformat(),
        "reporter": past.reporter,
        "technician": past.technician,
        "started_at": None if past.started_at is None else past.started_at.isoformat(),
    }
    detail = {name: value for name, value in said.items() if value is not None}
    return Line(at=at, name=IMPORTED, cause=by, public=False, detail=detail)
