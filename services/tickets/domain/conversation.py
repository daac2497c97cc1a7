"""What is said about a ticket: comments, urging, ratings."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from services.tickets.domain.ticket import Ticket
from services.tickets.domain.verbs import Actor
from shared.contracts.tickets import Rating
from shared.contracts.tickets import TicketState as State
from shared.errors import Conflict, Forbidden
from shared.ids import TicketId

_URGE_COUNTS_EVERY = timedelta(hours=1)
_RATE_WITHIN = timedelta(days=30)
_CALL_BACK_AT = 2  # a mark this low asks for a call
_MOST_TOLD = 50
_MOST_URGES = 50
MOST_LINES_TO_COMMENT = 1000  # whoever tells of a ticket reads all that was said about it


class NotTheReporter(Forbidden):
    code = "not_the_reporter"


class NotResolved(Conflict):
    code = "not_resolved"


class AlreadyRated(Conflict):
    code = "already_rated"


class TooLateToRate(Conflict):
    code = "too_late_to_rate"


class TooManyComments(Conflict):
    code = "too_many_comments"


@dataclass(frozen=True, kw_only=True)
class Comment:
    """What somebody wrote; only public ones are shown to residents and told to them."""

    id: UUID
    ticket_id: TicketId
    site_id: str
    author_id: str
    by_staff: bool
    public: bool
    text: str
    at: datetime
    version: int = 1


def demand_room_for_comments(ticket: Ticket) -> None:
    """Raises TooManyComments when the timeline is so long that it is time for another ticket."""
    if ticket.entries >= MOST_LINES_TO_COMMENT:
        raise TooManyComments(
            f"A ticket with {MOST_LINES_TO_COMMENT} lines on its timeline takes no more comments.",
            limit=MOST_LINES_TO_COMMENT,
        )


def told(ticket: Ticket, *, at: datetime) -> Ticket:
    """The ticket after staff said something to the resident; the first time answers it."""
    at = max(at, ticket.told[-1]) if ticket.told else at
    return ticket.changed(
        told=(*ticket.told, at)[-_MOST_TOLD:], answered_at=ticket.answered_at or at
    )


def urge(ticket: Ticket, *, by: Actor, at: datetime) -> Ticket:
    """The ticket, urged; the same within an hour of the last time that counted.

    Raises IllegalStep when it has ended.
    """
    ticket.demand_life("urge", by)
    if ticket.urges and at - ticket.urges[-1] < _URGE_COUNTS_EVERY:
        return ticket
    return ticket.changed(urges=(*ticket.urges, at)[-_MOST_URGES:])


def rate(
    ticket: Ticket, *, by: Actor, at: datetime, speed: int, quality: int, manner: int, text: str
) -> Ticket:
    """The ticket with its newest resolution rated, 1 to 5.

    Raises NotTheReporter, NotResolved, AlreadyRated, TooLateToRate after 30 days.
    """
    if by.id != ticket.reporter_id:
        raise NotTheReporter("Only who reported it can rate it.")
    if ticket.state not in {State.RESOLVED, State.CLOSED}:
        raise NotResolved("There is no resolution to rate.", state=ticket.state.value)
    if any(rating.cycle == ticket.cycle for rating in ticket.ratings):
        raise AlreadyRated("This resolution has been rated.", cycle=ticket.cycle)
    resolved_at = next(step.at for step in reversed(ticket.steps) if step.state is State.RESOLVED)
    if at - resolved_at > _RATE_WITHIN:
        raise TooLateToRate(
            "A resolution can be rated within 30 days.", resolved_at=resolved_at.isoformat()
        )
    rating = Rating(
        at=at, cycle=ticket.cycle, speed=speed, quality=quality, manner=manner, text=text
    )
    # The fact carries every rating; their words are kept for the newest alone, or ratings could
    # outgrow a fact.
    wordless = tuple(former.model_copy(update={"text": ""}) for former in ticket.ratings)
    return ticket.changed(ratings=(*wordless, rating))


def asks_for_call_back(ticket: Ticket) -> bool:
    """Whether the newest rating is so low that somebody should call."""
    newest = ticket.ratings[-1] if ticket.ratings else None
    return newest is not None and min(newest.speed, newest.quality, newest.manner) <= _CALL_BACK_AT
