"""What people say about a ticket: comments, urging, ratings, subscribing."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from uuid import UUID

from services.tickets.domain.limits import demand_room
from services.tickets.domain.ticket import Ticket
from services.tickets.domain.verbs import LIVING, SettledByYourself
from shared.auth.caller import Caller
from shared.contracts.tickets import Deed
from shared.contracts.tickets import TicketState as State
from shared.contracts.words import Rating
from shared.errors import Conflict, Forbidden
from shared.ids import TicketId
from shared.shortening import printable

_URGE_COUNTS_EVERY = timedelta(hours=1)
_RATE_WITHIN = timedelta(days=30)
_CALL_BACK_AT = 2  # a mark this low asks for a call
_MAX_TOLD = 50
_MAX_URGES = 50
MAX_FOLLOWERS = 200
MAX_LINES_TO_COMMENT = 1000  # notify reads all that was said about a ticket to tell of it


class NotTheReporter(Forbidden):
    code = "not_the_reporter"


class NotResolved(Conflict):
    code = "not_resolved"


class AlreadyRated(Conflict):
    code = "already_rated"


class TooLateToRate(Conflict):
    code = "too_late_to_rate"


class TooManyFollowers(Conflict):
    code = "too_many_followers"


class TooManyComments(Conflict):
    code = "too_many_comments"


@dataclass(frozen=True, kw_only=True)
class Comment:
    """What a person wrote; only public ones are shown to residents and told to them."""

    id: UUID
    ticket_id: TicketId
    site_id: str
    author_id: str
    by_staff: bool
    public: bool
    text: str
    at: datetime
    version: int = 1
    by_technician: bool = False
    attachments: tuple[UUID, ...] = ()


def demand_room_for_comments(ticket: Ticket) -> None:
    """Raise TooManyComments when the timeline is so long that it is time for another ticket."""
    if ticket.entries >= MAX_LINES_TO_COMMENT:
        raise TooManyComments(
            f"A ticket with {MAX_LINES_TO_COMMENT} lines on its timeline takes no more comments.",
            limit=MAX_LINES_TO_COMMENT,
        )


def told(ticket: Ticket, *, by: Caller, at: datetime) -> Ticket:
    """Return the ticket after staff or its technician said something to the resident; the first
    time answers it, unless it was they who entered it: no promise is met by one's own words.
    """
    at = max(at, ticket.told[-1]) if ticket.told else at
    answered_at = ticket.answered_at or (None if by.id == ticket.entered_by else at)
    return heard(ticket).changed(told=(*ticket.told, at)[-_MAX_TOLD:], answered_at=answered_at)


def unheard(ticket: Ticket, *, at: datetime) -> Ticket:
    """Return the same version, on which a resident's word of that instant waits for an answer: a
    public one, a step of staff or dispatch. The same while an earlier word waits, and where the
    ticket has ended: there the resident reopens it.
    """
    if ticket.unheard_since is not None or ticket.state not in LIVING:
        return ticket
    return replace(ticket, unheard_since=at)


def heard(ticket: Ticket) -> Ticket:
    """Return the same version, on which no word waits for an answer."""
    return ticket if ticket.unheard_since is None else replace(ticket, unheard_since=None)


def after_words(ticket: Ticket, *, public: bool, by_staff: bool, at: datetime) -> Ticket:
    """Return the same version after a comment that tells the resident nothing: one of staff shows
    that they have seen what was said, a public one of a resident waits for an answer.
    """
    if by_staff:
        return heard(ticket)
    return unheard(ticket, at=at) if public else ticket


def urge(ticket: Ticket, *, by: Caller, at: datetime) -> Ticket:
    """Return the ticket, urged; the same within an hour of the last time that counted.

    Raises IllegalStep when it has ended.
    """
    ticket.demand_life("urge", by)
    if ticket.urges and at - ticket.urges[-1] < _URGE_COUNTS_EVERY:
        return ticket
    urged = ticket.changed(urges=(*ticket.urges, at)[-_MAX_URGES:])
    urged = urged if ticket.speaks_as_staff(by) else unheard(urged, at=at)
    return urged.did(Deed.URGED, by=by, at=at)


def rate(
    ticket: Ticket, *, by: Caller, at: datetime, speed: int, quality: int, manner: int, text: str
) -> Ticket:
    """Return the ticket with its newest resolution rated, 1 to 5: once by its reporter, and once by
    each who came along with a duplicate.

    Raises NotTheReporter, NotResolved, SettledByYourself, AlreadyRated, TooLateToRate after 30
    days, TicketFull.
    """
    if not _may_rate(ticket, by):
        raise NotTheReporter("Only who reported it can rate it.")
    if ticket.state not in {State.RESOLVED, State.CLOSED}:
        raise NotResolved("There is no resolution to rate.", state=ticket.state.value)
    if ticket.was_settled_by(by):
        raise SettledByYourself("rate")
    rater = None if by.id == ticket.reporter_id else by.id
    if any((each.cycle, each.by) == (ticket.cycle, rater) for each in ticket.ratings):
        raise AlreadyRated("This resolution has been rated.", cycle=ticket.cycle)
    resolved_at = next(step.at for step in reversed(ticket.steps) if step.state is State.RESOLVED)
    if at - resolved_at > _RATE_WITHIN:
        raise TooLateToRate(
            "A resolution can be rated within 30 days.", resolved_at=resolved_at.isoformat()
        )
    rating = Rating(
        at=at,
        cycle=ticket.cycle,
        speed=speed,
        quality=quality,
        manner=manner,
        text=printable(text),
        by=rater,
    )
    rated = ticket.changed(ratings=(*_shortened(ticket.ratings, rater), rating))
    if rater is not None:
        demand_room(size=len(rated.json))
    return rated.did(Deed.RATED, by=by, at=at)


def _may_rate(ticket: Ticket, by: Caller) -> bool:
    if by.id == ticket.reporter_id:
        return True
    return ticket.is_theirs(by) and not by.is_staff(ticket.site_id)


def _shortened(ratings: Sequence[Rating], rater: str | None) -> tuple[Rating, ...]:
    """Return the former ratings without their words, but for the reporter's newest where another
    rates now: the fact carries every rating, and with all words they could outgrow it. The timeline
    keeps them.
    """
    stays = None if rater is None else max((r.at for r in ratings if r.by is None), default=None)
    return tuple(
        each if each.by is None and each.at == stays else each.model_copy(update={"text": ""})
        for each in ratings
    )


def asks_for_call_back(ticket: Ticket) -> bool:
    """Return whether a rating of the newest rated resolution is so low that staff should call."""
    newest = max((each.cycle for each in ticket.ratings), default=None)
    return any(
        min(each.speed, each.quality, each.manner) <= _CALL_BACK_AT
        for each in ticket.ratings
        if each.cycle == newest
    )


def subscribe(ticket: Ticket, *people: str) -> Ticket:
    """Return the ticket with these people among its followers; the same if they are told of it
    anyway. Raises TooManyFollowers.
    """
    told_already = (*ticket.followers, ticket.reporter_id)
    new = tuple(dict.fromkeys(person for person in people if person not in told_already))
    if not new:
        return ticket
    if len(ticket.followers) + len(new) > MAX_FOLLOWERS:
        raise TooManyFollowers(
            f"A ticket has at most {MAX_FOLLOWERS} followers.", limit=MAX_FOLLOWERS
        )
    return ticket.changed(followers=(*ticket.followers, *new))


def unsubscribe(ticket: Ticket, person: str) -> Ticket:
    """Return the ticket without the person as a follower; the same if they are none."""
    if person not in ticket.followers:
        return ticket
    left = tuple(follower for follower in ticket.followers if follower != person)
    return ticket.changed(followers=left)
