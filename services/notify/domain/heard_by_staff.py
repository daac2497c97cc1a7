"""What the staff of a site hear of what residents and technicians say and do: all that a person has
to decide, and whatever else reaches no technician.
"""

from collections.abc import Iterator
from datetime import datetime
from itertools import pairwise

from pydantic import JsonValue

from services.notify.domain.about_tickets import beginning, for_desk
from services.notify.domain.appointments import about_visit, kind_of, visit_cause
from services.notify.domain.holders import reaches_technician
from services.notify.domain.kinds import Kind
from services.notify.domain.known import Known, Staff, stamp
from services.notify.domain.occasion import Occasion
from shared.contracts import CommentV1
from shared.contracts.tickets import Activity, Deed, TicketState
from shared.contracts.words import Rating

_LOW = 2
"""A mark this low asks for a call."""


def heard_by_staff(known: Known, staff: Staff) -> Iterator[Occasion]:
    """Yield every occasion since they have been listening; none of what staff said themselves."""
    for comment in known.comments:
        if (
            comment.at >= staff.since
            and not comment.by_staff
            and comment.author_id != staff.id
            and _is_for_desk(known, comment)
        ):
            yield _commented(known, staff, comment)
    for activity in known.ticket.activities:
        if activity.at >= staff.since and not activity.by_staff and activity.by != staff.id:
            yield from _did(known, staff, activity)
    yield from _appointed(known, staff)


def _is_for_desk(known: Known, comment: CommentV1) -> bool:
    """Return whether it says what a technician has to tell, answers what staff asked, or reaches no
    technician.
    """
    return (
        comment.by_technician
        or _answers(known, comment.at, comment.author_id)
        or not reaches_technician(known, comment.at)
    )


def _answers(known: Known, at: datetime, by: str) -> bool:
    """Return whether what the person said or did then is what the ticket was held for."""
    return any(
        before.state is TicketState.ON_HOLD and (step.at, step.cause) == (at, by)
        for before, step in pairwise(known.ticket.steps)
    )


def _commented(known: Known, staff: Staff, comment: CommentV1) -> Occasion:
    more: dict[str, JsonValue] = {
        "comment_id": str(comment.id),
        "words": beginning(comment.text),
        "author_id": comment.author_id,
        "by_technician": comment.by_technician,
    }
    return for_desk(
        known,
        staff,
        Kind.TICKET_COMMENTED,
        str(comment.id),
        comment.at,
        more,
        whole=comment.text,
    )


def _did(known: Known, staff: Staff, activity: Activity) -> Iterator[Occasion]:
    ticket, at = known.ticket, activity.at
    cause = f"{ticket.id}/{activity.deed}/{stamp(at)}"
    written = known.note_at(at)
    words: dict[str, JsonValue] = {"words": beginning(written), "author_id": activity.by}
    match activity.deed:
        case Deed.URGED:
            more: dict[str, JsonValue] = {"times": len(ticket.urges), "author_id": activity.by}
            yield for_desk(known, staff, Kind.TICKET_URGED, cause, at, more)
        case Deed.AMENDED if _answers(known, at, activity.by) or not reaches_technician(known, at):
            more = {"changed": list(activity.changed), "author_id": activity.by}
            yield for_desk(known, staff, Kind.TICKET_AMENDED, cause, at, more)
        case Deed.REOPENED:
            yield for_desk(known, staff, Kind.TICKET_OBJECTED, cause, at, words, whole=written)
        case Deed.CANCELLED if not reaches_technician(known, at):
            yield for_desk(known, staff, Kind.TICKET_WITHDRAWN, cause, at, words, whole=written)
        case Deed.CANCEL_REQUESTED:
            yield for_desk(
                known,
                staff,
                Kind.TICKET_CANCEL_REQUESTED,
                cause,
                at,
                words,
                whole=written,
                moot=None if ticket.cancel_requested_at == at else "decided",
            )
        case Deed.RATED:
            for rating in ticket.ratings:
                if rating.at == at and (rating.text or _is_low(rating)):
                    yield _rated(known, staff, rating, cause)


def _rated(known: Known, staff: Staff, rating: Rating, cause: str) -> Occasion:
    more: dict[str, JsonValue] = {
        "speed": rating.speed,
        "quality": rating.quality,
        "manner": rating.manner,
        "call_back": _is_low(rating),
        "words": beginning(rating.text or None),
    }
    return for_desk(
        known, staff, Kind.TICKET_RATED, cause, rating.at, more, whole=rating.text or None
    )


def _is_low(rating: Rating) -> bool:
    return min(rating.speed, rating.quality, rating.manner) <= _LOW


def _appointed(known: Known, staff: Staff) -> Iterator[Occasion]:
    ticket = known.ticket
    for visit in ticket.appointments[-1:]:
        if (
            visit.by
            and not visit.by_staff
            and visit.by != staff.id
            and visit.at >= staff.since
            and (_answers(known, visit.at, visit.by) or not reaches_technician(known, visit.at))
        ):
            yield for_desk(
                known,
                staff,
                kind_of(visit),
                visit_cause(known, visit),
                visit.at,
                about_visit(ticket.appointments, visit),
            )
