"""What people of different flats see of one ticket that they share, because their reports of the
same were merged: what happens to it, and what staff say. The words, the names and the flat of the
others stay with them.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from typing import Protocol

from pydantic import JsonValue

from services.tickets.domain.ticket import FOR_SERVICES_ALONE, SYSTEM, Ticket
from services.tickets.domain.verbs import Verb
from shared.auth.caller import Caller
from shared.contracts.tickets import Appointment, Place, TicketStep
from shared.contracts.tickets import TicketState as State

VIA = "said_on"
"""In the detail of a line: the reference of the duplicate on which it was said."""
_PUBLIC = (
    *("id", "version", "site_id", "reference", "category", "classes", "priority", "skills"),
    *("state", "hold", "before", "cycle", "opened_at", "duplicate_of", "language", "channel"),
    *("answered_at", "told", "urges"),
    *FOR_SERVICES_ALONE,
)
_SAID_BY_STAFF_ALONE = frozenset({State.ON_HOLD, State.RESOLVED})
_LINES_FOR_ALL = frozenset(
    {"held", "released", "resolved", "closed", "appointed", "unassigned", "assigned", "started"}
)


class Line(Protocol):
    """One line of a timeline."""

    @property
    def name(self) -> str: ...
    @property
    def cause(self) -> str: ...
    @property
    def detail(self) -> Mapping[str, JsonValue]: ...
    @property
    def by_staff(self) -> bool | None: ...


@dataclass(frozen=True, kw_only=True)
class PublicPart(Ticket):
    """A ticket as those see it who share it from another flat."""

    def legal_for(self, by: Caller) -> frozenset[Verb]:
        """Return the steps that they may take: to cancel it is for those whose report it is."""
        return super().legal_for(by) - {Verb.CANCEL, Verb.REQUEST_CANCEL}


def public_part(ticket: Ticket, *, to: str) -> Ticket:
    """Return the ticket as the person sees it who shares it from another flat: of what is not known
    to be public, nothing.
    """
    return PublicPart(
        **{name: getattr(ticket, name) for name in _PUBLIC},
        reporter_id="",
        entered_by="",
        place=_public_place(ticket.place),
        followers=tuple(each for each in ticket.followers if each == to),
        steps=tuple(_of_others(step, to) for step in ticket.steps),
        appointments=tuple(_without_author(visit, {to}) for visit in ticket.appointments),
        activities=tuple(each for each in ticket.activities if each.by == to),
        note=ticket.note if to in _authors(ticket) else None,
        ratings=tuple(rating for rating in ticket.ratings if rating.by == to),
        attachments=tuple(
            each
            for each in ticket.attachments
            if each.by == to or each.by_staff or _is_no_person(each.by)
        ),
    )


def without_internal(ticket: Ticket) -> Ticket:
    """Return the ticket without the attachments that residents do not see; the same where there are
    none.
    """
    public = tuple(each for each in ticket.attachments if each.public)
    return ticket if public == ticket.attachments else replace(ticket, attachments=public)


def _public_place(place: Place) -> Place:
    """Return the spot where it is one, without any words."""
    if place.spot is None or place.unit is not None:
        return Place()
    return Place(building=place.building, spot=place.spot, lat=place.lat, lon=place.lon)


def without_those_who_joined(ticket: Ticket, *, to: str) -> Ticket:
    """Return the ticket as the flat sees it that reported it: nothing of those who joined."""
    others = _ever_joined(ticket) - {to}
    if not others:
        return ticket
    return replace(
        ticket,
        followers=tuple(each for each in ticket.followers if each not in others),
        steps=tuple(
            step.model_copy(update={"cause": "", "reason": None}) if step.cause in others else step
            for step in ticket.steps
        ),
        ratings=tuple(each for each in ticket.ratings if each.by in (None, to)),
        appointments=tuple(
            _without_author(visit, {visit.by} - others) for visit in ticket.appointments
        ),
        activities=tuple(each for each in ticket.activities if each.by not in others),
        note=None if _authors(ticket) & others else ticket.note,
        danger=tuple(each for each in ticket.danger if each.cause not in others),
        attachments=tuple(each for each in ticket.attachments if each.by not in others),
    )


def reads_line(ticket: Ticket, line: Line, *, by: str, shares: bool) -> bool:
    """Return whether the person reads what the line says, or only that it is there; `shares` says
    that they share the ticket from another flat.
    """
    if line.cause == by:
        return True
    if not shares:
        return VIA not in line.detail and line.cause not in _ever_joined(ticket)
    return bool(line.by_staff) or _is_no_person(line.cause) or line.name in _LINES_FOR_ALL


def learns_cause(ticket: Ticket, line: Line, *, by: str, shares: bool) -> bool:
    """Return whether the person learns who is behind the line."""
    if shares:
        return line.cause == by or _is_no_person(line.cause)
    return reads_line(ticket, line, by=by, shares=False)


def _of_others(step: TicketStep, to: str) -> TicketStep:
    if step.cause == to or _is_no_person(step.cause):
        return step
    reason = step.reason if step.state in _SAID_BY_STAFF_ALONE else None
    return step.model_copy(update={"cause": "", "reason": reason})


def _authors(ticket: Ticket) -> frozenset[str]:
    """Return who wrote the ticket's newest note."""
    at = ticket.note.at if ticket.note else None
    return frozenset(
        [
            *(step.cause for step in ticket.steps if step.at == at),
            *(each.by for each in ticket.activities if each.at == at),
        ]
    )


def _without_author(visit: Appointment, known: Collection[str]) -> Appointment:
    """Return the visit without who entered it, unless the reader knows them."""
    return visit if visit.by in known else visit.model_copy(update={"by": ""})


def _is_no_person(cause: str) -> bool:
    """Return whether no person is the cause."""
    return cause == SYSTEM or cause == "dispatch" or cause.startswith("job:")


def _ever_joined(ticket: Ticket) -> frozenset[str]:
    return frozenset(person for each in ticket.joined for person in (*each.people, *each.left))
