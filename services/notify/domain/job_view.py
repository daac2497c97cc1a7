"""A job as its technician's client is told of it."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from pydantic import JsonValue, TypeAdapter

from services.notify.domain.known import Known, stamp
from services.notify.domain.shortening import ANSWERS, GLIMPSE, shortened
from shared.contracts import CommentV1
from shared.contracts.attachments import Attachment
from shared.contracts.dispatch import JobV1
from shared.contracts.sla import ClockKind
from shared.contracts.tickets import Activity, Appointment, Deed, TicketV1
from shared.standing import standing_visit

_NOT_WORTH_NOTICE = frozenset({"due", "comments", "amended_at"})
"""The first comes and goes by itself; each comment is told for itself; what was amended has its own
name.
"""
_SHOWN_AS: Mapping[str, str] = {
    "title": "summary",
    "description": "summary",
    "place": "location",
    "answers": "answers",
    "preferred_windows": "preferred_windows",
    "attachments": "attachments",
}
"""What may be amended of a ticket, and the field of the job that shows it."""
_NEWEST_COMMENTS = 3


@dataclass(frozen=True, kw_only=True)
class _ToldComment:
    id: UUID
    at: datetime


_COMMENTS = TypeAdapter(tuple[_ToldComment, ...])


def job_view(known: Known, job: JobV1) -> dict[str, JsonValue]:
    """Return what the protocol calls `job`.

    Where the promise of arrival is not known yet, or is kept, `due` is empty: an offer does not
    wait for it.
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
        "due": {"arrival": stamp(arrival.due_at)}
        if arrival and arrival.due_at and arrival.stopped_at is None
        else {},
        "preferred_windows": [
            {"start": stamp(window.start), "end": stamp(window.end)}
            for window in ticket.preferred_windows
        ],
        "bring": [],
    }
    visit = standing_visit(ticket.appointments)
    if visit is not None:
        view["visit"] = visit_view(visit)
    if ticket.hold == "staff":
        view["held"] = True
    if ticket.urges:
        view["urged"] = {"times": len(ticket.urges), "at": stamp(ticket.urges[-1])}
    if amendments := _amendments(ticket):
        view["amended_at"] = stamp(amendments[-1].at)
    if ticket.cancel_requested_at is not None:
        view["cancel_requested_at"] = stamp(ticket.cancel_requested_at)
    if ticket.answers:
        view["answers"] = _answers(ticket)
    if attachments := [each for each in ticket.attachments if not _is_theirs(each, job)]:
        view["attachments"] = [_attachment_view(each) for each in attachments]
    if known.comments:
        newest = known.comments[-_NEWEST_COMMENTS:]
        view["comments"] = [comment_view(comment, GLIMPSE) for comment in newest]
    return view


def visit_view(visit: Appointment) -> dict[str, JsonValue]:
    """Return the visit; one that staff set says so until the resident has agreed to it."""
    view: dict[str, JsonValue] = {"start": stamp(visit.start), "end": stamp(visit.end)}
    if visit.proposed and visit.stands_at != visit.at:
        view["proposed"] = True
        if visit.stands_at is not None:
            view["stands_at"] = stamp(visit.stands_at)
    return view


def comment_view(comment: CommentV1, longest: int) -> dict[str, JsonValue]:
    """Return the comment as a technician's client is told of it, with its beginning."""
    by = "staff" if comment.by_staff else "technician" if comment.by_technician else "resident"
    view: dict[str, JsonValue] = {
        "id": str(comment.id),
        "at": stamp(comment.at),
        "by": by,
        "public": comment.public,
        "text": shortened(comment.text, longest),
    }
    if comment.attachments:
        view["attachments"] = [str(id) for id in comment.attachments]
    return view


def _is_theirs(attachment: Attachment, job: JobV1) -> bool:
    """Return whether the job's technician put it on the ticket."""
    return attachment.by in (f"job:{job.id}", job.technician_id)


def _attachment_view(attachment: Attachment) -> dict[str, JsonValue]:
    by = (
        "staff"
        if attachment.by_staff
        else "technician"
        if attachment.by.startswith("job:")
        else "resident"
    )
    return {
        "id": str(attachment.id),
        "kind": attachment.kind.value,
        "at": stamp(attachment.at),
        "by": by,
        "public": attachment.public,
    }


def not_in(told: Mapping[str, JsonValue], comments: Sequence[CommentV1]) -> Iterator[CommentV1]:
    """Yield the comments that a technician who was told `told` does not know of, oldest first."""
    known = _COMMENTS.validate_python(told.get("comments", ()))
    ids = {each.id for each in known}
    since = min((each.at for each in known), default=None)
    for comment in comments:
        if comment.id not in ids and (
            since is None or len(known) < _NEWEST_COMMENTS or comment.at > since
        ):
            yield comment


def differs(told: Mapping[str, JsonValue], now: Mapping[str, JsonValue]) -> list[str]:
    """Return the names of what a technician who was told `told` ought to know has changed."""
    names = (told.keys() | now.keys()) - _NOT_WORTH_NOTICE
    return sorted(name for name in names if told.get(name) != now.get(name))


def amended_since(told: Mapping[str, JsonValue], ticket: TicketV1, *, to: str) -> Iterator[str]:
    """Yield the names of what others than the technician `to` have amended since they were told
    `told`: long words are cut where the job shows them, and may differ after the cut alone.
    """
    seen_until = told.get("amended_at")
    since = datetime.fromisoformat(seen_until) if isinstance(seen_until, str) else None
    for each in _amendments(ticket):
        if each.by != to and (since is None or each.at > since):
            yield from (_SHOWN_AS[name] for name in each.changed if name in _SHOWN_AS)


def _amendments(ticket: TicketV1) -> list[Activity]:
    return [each for each in ticket.activities if each.deed is Deed.AMENDED]


def _summary(ticket: TicketV1) -> str:
    return shortened("\n".join(part for part in (ticket.title, ticket.description) if part))


def _answers(ticket: TicketV1) -> dict[str, JsonValue]:
    """Return what was answered, by question; the last of many or long ones are shortened or left
    out.
    """
    told: dict[str, JsonValue] = {}
    room = ANSWERS
    for question, answer in ticket.answers.items():
        if room <= len(question):
            break
        told[question] = shortened(answer, max(2, room - len(question)))
        room -= len(question) + len(answer)
    return told


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
