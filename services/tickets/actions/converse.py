"""What people say about a ticket: comments, urging, visits agreed, ratings, following."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from pydantic import JsonValue

from services.tickets import events
from services.tickets.actions.heed_danger import heed_danger
from services.tickets.actions.hold_ticket import release_answered
from services.tickets.actions.recording import add_line, record, record_followers, save
from services.tickets.actions.seeing import (
    as_seen,
    lock_going_on,
    lock_line_to_follow,
    lock_ticket,
    lock_to_comment,
)
from services.tickets.domain import visits
from services.tickets.domain.access import demand_staff
from services.tickets.domain.attachments import demand_attachments
from services.tickets.domain.conversation import (
    Comment,
    after_words,
    asks_for_call_back,
    demand_room_for_comments,
    rate,
    subscribe,
    told,
    unheard,
    unsubscribe,
    urge,
)
from services.tickets.domain.limits import demand_room_for_changes
from services.tickets.domain.merging import along
from services.tickets.domain.sharing import VIA
from services.tickets.domain.site import UnknownSite
from services.tickets.domain.ticket import Ticket
from services.tickets.store.queries import save_comment
from services.tickets.store.sites import load_site
from shared.auth.caller import Caller
from shared.db.transaction import Transaction
from shared.ids import TicketId, new_id


async def add_comment(
    tx: Transaction,
    ticket_id: TicketId,
    *,
    by: Caller,
    text: str,
    public: bool,
    attachments: Sequence[UUID] = (),
) -> Comment:
    """Add a comment; a public one of staff or of the ticket's technician is told to the resident,
    the reporter's own ends a hold that waits for it. Words of danger count, unless staff write
    them.

    Raises NotFound, Forbidden for an internal one by a resident, TooManyComments,
    UnknownAttachment.
    """
    named, ticket, job_id = await lock_to_comment(tx, ticket_id, by=by)
    demand_room_for_comments(ticket)
    by_technician = job_id is not None
    if not public and not by_technician:
        demand_staff(by, ticket.site_id, "write internal comments")
    by_staff = ticket.speaks_as_staff(by)
    there, _ = await as_seen(tx, ticket, by=by)
    comment = Comment(
        id=new_id(),
        ticket_id=ticket.id,
        site_id=ticket.site_id,
        author_id=by.id,
        by_staff=by_staff,
        public=public,
        text=text,
        at=tx.now,
        by_technician=by_technician,
        attachments=demand_attachments(attachments, there.attachments, public=public),
    )
    save_comment(tx, comment)
    tx.publish(events.of_comment(comment, reference=ticket.reference))
    answers = by_staff or (by_technician and by.id != ticket.reporter_id)
    if answers and public:
        before, ticket = ticket, told(ticket, by=by, at=tx.now)
        tx.publish(
            events.of_ticket(
                "amended" if ticket.answered_at == before.answered_at else "answered",
                ticket,
                {"changed": ["told"], "comment_id": str(comment.id)},
            )
        )
    else:
        ticket = after_words(ticket, public=public, by_staff=by_staff, at=tx.now).noted()
    # residents learn no technician's id
    cause = f"job:{job_id}" if by_technician else by.id
    _add_comment_line(tx, ticket, comment, cause=cause, via=named)
    if named.id != ticket.id:
        _add_comment_line(tx, named.noted(), comment, cause=cause, via=named)
    released = ticket.answered_by_resident(by=by, at=tx.now) if public else ticket
    if released is not ticket:
        released = unheard(released, at=tx.now)
        record(tx, released, "released", by=by.id, detail={"comment_id": str(comment.id)})
    if not by_staff:
        await heed_danger(tx, released, text, by=cause)
    return comment


def _add_comment_line(
    tx: Transaction, ticket: Ticket, comment: Comment, *, cause: str, via: Ticket
) -> None:
    save(tx, ticket)
    add_line(
        tx,
        ticket,
        "comment",
        by=cause,
        detail={
            **({"attachments": [*map(str, comment.attachments)]} if comment.attachments else {}),
            **({} if via.id == ticket.id else {VIA: via.reference}),
        },
        public=comment.public,
        comment_id=comment.id,
    )


async def urge_ticket(tx: Transaction, ticket_id: TicketId, *, by: Caller) -> tuple[Ticket, bool]:
    """Urge staff on; return the ticket, and whether this time counted: at most one an hour does.

    Raises NotFound, Forbidden, IllegalStep.
    """
    _, ticket = await lock_going_on(tx, ticket_id, by=by)
    urged = urge(ticket, by=by, at=tx.now)
    if urged is ticket:
        return ticket, False
    record(tx, urged, "urged", by=by.id, detail={"times": len(urged.urges)})
    return urged, True


async def agree_visit(
    tx: Transaction, ticket_id: TicketId, *, by: Caller, start: datetime, end: datetime
) -> Ticket:
    """Store the visit that was agreed, or that staff offer. One that the reporter sets ends a hold
    that waits for their answer.

    Raises NotFound, Forbidden, IllegalStep, Invalid, TooManyChanges.
    """
    ticket = await lock_ticket(tx, ticket_id, by=by)
    site = await load_site(tx, ticket.site_id)
    if site is None:
        raise UnknownSite("The ticket's site is gone.")
    appointed = visits.agree_visit(
        ticket, by=by, at=tx.now, start=start, end=end, stands_after=site.visits_stand_after
    )
    return release_answered(tx, _appointed(tx, appointed, by=by), by=by)


async def confirm_visit(tx: Transaction, ticket_id: TicketId, *, by: Caller) -> Ticket:
    """Agree to the visit that staff offered; a hold that waits for the reporter's answer ends.

    Raises NotFound, Forbidden, IllegalStep, NothingToConfirm, TooManyChanges.
    """
    ticket = await lock_ticket(tx, ticket_id, by=by)
    confirmed = visits.confirm_visit(ticket, by=by, at=tx.now)
    return release_answered(tx, _appointed(tx, confirmed, by=by), by=by)


async def cancel_visit(tx: Transaction, ticket_id: TicketId, *, by: Caller) -> Ticket:
    """Cancel the visit and leave the ticket as it is.

    Raises NotFound, Forbidden, IllegalStep, NoVisitAgreed, TooManyChanges.
    """
    ticket = await lock_ticket(tx, ticket_id, by=by)
    return _appointed(tx, visits.cancel_visit(ticket, by=by, at=tx.now), by=by)


def _appointed(tx: Transaction, ticket: Ticket, *, by: Caller) -> Ticket:
    if not by.is_staff(ticket.site_id):
        demand_room_for_changes(lines=ticket.entries)
    visit = ticket.appointments[-1]
    detail: dict[str, JsonValue] = {
        "start": visit.start.isoformat(),
        "end": visit.end.isoformat(),
        **({"proposed": True} if visit.proposed else {}),
        **({"cancelled": True} if visit.cancelled else {}),
    }
    record(tx, ticket, "appointed", by=by.id, detail=detail)
    return ticket


async def rate_ticket(
    tx: Transaction,
    ticket_id: TicketId,
    *,
    by: Caller,
    speed: int,
    quality: int,
    manner: int,
    text: str,
) -> Ticket:
    """Rate the newest resolution.

    Raises NotFound, Forbidden, NotTheReporter, NotResolved, SettledByYourself, AlreadyRated,
    TooLateToRate.
    """
    _, ticket = await lock_going_on(tx, ticket_id, by=by)
    rated = rate(ticket, by=by, at=tx.now, speed=speed, quality=quality, manner=manner, text=text)
    detail: dict[str, JsonValue] = {
        "speed": speed,
        "quality": quality,
        "manner": manner,
        "call_back": asks_for_call_back(rated),
    }
    save(tx, rated)
    tx.publish(events.of_ticket("rated", rated, detail))
    add_line(tx, rated, "rated", by=by.id, detail={**detail, "text": text})
    return await heed_danger(tx, rated, text, by=by.id)


async def follow_ticket(tx: Transaction, ticket_id: TicketId, *, by: Caller) -> Ticket:
    """Tell the caller of the ticket from now on; of a duplicate, also of the one that goes on.
    Return the latter.

    Raises NotFound, Forbidden, TooManyFollowers, TooManyChanges.
    """
    line = await lock_line_to_follow(tx, ticket_id, by=by)
    followed = along(line, lambda ticket: subscribe(ticket, by.id))
    if followed[0] != line[0]:
        demand_room_for_changes(lines=line[0].entries)
    record_followers(tx, line, followed, by=by.id)
    return followed[-1]


async def unfollow_ticket(tx: Transaction, ticket_id: TicketId, *, by: Caller) -> None:
    """Tell the caller no more. Raises NotFound, Forbidden."""
    line = await lock_line_to_follow(tx, ticket_id, by=by)
    left = along(line, lambda ticket: unsubscribe(ticket, by.id))
    record_followers(tx, line, left, by=by.id)
