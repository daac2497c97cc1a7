"""What people say about a ticket: comments, urging, visits agreed, ratings, following."""

from datetime import datetime

from pydantic import JsonValue

from services.tickets import events
from services.tickets.actions.recording import add_line, record, save
from services.tickets.actions.seeing import (
    lock_followed_ticket,
    lock_ticket,
    lock_ticket_to_comment,
)
from services.tickets.domain import visits
from services.tickets.domain.access import demand_staff
from services.tickets.domain.conversation import (
    Comment,
    asks_for_call_back,
    demand_room_for_comments,
    rate,
    subscribe,
    told,
    unsubscribe,
    urge,
)
from services.tickets.domain.site import UnknownSite
from services.tickets.domain.ticket import Ticket
from services.tickets.store.queries import save_comment
from services.tickets.store.sites import load_site
from shared.auth.caller import Caller
from shared.db.transaction import Transaction
from shared.ids import TicketId, new_id


async def add_comment(
    tx: Transaction, ticket_id: TicketId, *, by: Caller, text: str, public: bool
) -> Comment:
    """Add a comment; a public one of staff or of the ticket's technician is told to the resident,
    the reporter's own ends a hold that waits for it.

    Raises NotFound, Forbidden for an internal one by a resident, TooManyComments.
    """
    ticket, job_id = await lock_ticket_to_comment(tx, ticket_id, by=by)
    demand_room_for_comments(ticket)
    by_technician = job_id is not None
    if not public and not by_technician:
        demand_staff(by, ticket.site_id, "write internal comments")
    by_staff = by.is_staff(ticket.site_id)
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
    )
    save_comment(tx, comment)
    tx.publish(events.of_comment(comment, reference=ticket.reference))
    if (by_staff or by_technician) and public:
        first = ticket.answered_at is None
        ticket = told(ticket, at=tx.now)
        tx.publish(
            events.of_ticket(
                "answered" if first else "amended",
                ticket,
                {"changed": ["told"], "comment_id": str(comment.id)},
            )
        )
    else:
        ticket = ticket.noted()
    save(tx, ticket)
    # residents learn no technician's id
    cause = f"job:{job_id}" if by_technician else by.id
    add_line(tx, ticket, "comment", by=cause, public=public, comment_id=comment.id)
    released = ticket.answered_by_resident(by=by, at=tx.now) if public else ticket
    if released is not ticket:
        record(tx, released, "released", by=by.id, detail={"comment_id": str(comment.id)})
    return comment


async def urge_ticket(tx: Transaction, ticket_id: TicketId, *, by: Caller) -> tuple[Ticket, bool]:
    """Urge staff on; return the ticket, and whether this time counted: at most one an hour does.

    Raises NotFound, Forbidden, IllegalStep.
    """
    ticket = await lock_ticket(tx, ticket_id, by=by)
    urged = urge(ticket, by=by, at=tx.now)
    if urged is ticket:
        return ticket, False
    record(tx, urged, "urged", by=by.id, detail={"times": len(urged.urges)})
    return urged, True


async def agree_visit(
    tx: Transaction, ticket_id: TicketId, *, by: Caller, start: datetime, end: datetime
) -> Ticket:
    """Store the visit that was agreed, or that staff offer.

    Raises NotFound, Forbidden, IllegalStep, Invalid.
    """
    ticket = await lock_ticket(tx, ticket_id, by=by)
    site = await load_site(tx, ticket.site_id)
    if site is None:
        raise UnknownSite("The ticket's site is gone.")
    appointed = visits.agree_visit(
        ticket, by=by, at=tx.now, start=start, end=end, stands_after=site.visits_stand_after
    )
    return _appointed(tx, appointed, by=by)


async def confirm_visit(tx: Transaction, ticket_id: TicketId, *, by: Caller) -> Ticket:
    """Agree to the visit that staff offered.

    Raises NotFound, Forbidden, IllegalStep, NothingToConfirm.
    """
    ticket = await lock_ticket(tx, ticket_id, by=by)
    return _appointed(tx, visits.confirm_visit(ticket, by=by, at=tx.now), by=by)


async def cancel_visit(tx: Transaction, ticket_id: TicketId, *, by: Caller) -> Ticket:
    """Cancel the visit and leave the ticket as it is.

    Raises NotFound, Forbidden, IllegalStep, NoVisitAgreed.
    """
    ticket = await lock_ticket(tx, ticket_id, by=by)
    return _appointed(tx, visits.cancel_visit(ticket, by=by, at=tx.now), by=by)


def _appointed(tx: Transaction, ticket: Ticket, *, by: Caller) -> Ticket:
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

    Raises NotFound, Forbidden, NotTheReporter, NotResolved, AlreadyRated, TooLateToRate.
    """
    ticket = await lock_ticket(tx, ticket_id, by=by)
    rated = rate(ticket, by=by, at=tx.now, speed=speed, quality=quality, manner=manner, text=text)
    detail: dict[str, JsonValue] = {
        "speed": speed,
        "quality": quality,
        "manner": manner,
        "call_back": asks_for_call_back(rated),
    }
    record(tx, rated, "rated", by=by.id, detail=detail)
    return rated


async def follow_ticket(tx: Transaction, ticket_id: TicketId, *, by: Caller) -> Ticket:
    """Tell the caller of the ticket from now on.

    Raises NotFound, Forbidden, TooManyFollowers.
    """
    ticket = await lock_ticket(tx, ticket_id, by=by)
    return _followers_changed(tx, ticket, subscribe(ticket, by.id), by=by)


async def unfollow_ticket(tx: Transaction, ticket_id: TicketId, *, by: Caller) -> None:
    """Tell the caller no more. Raises NotFound, Forbidden."""
    ticket = await lock_followed_ticket(tx, ticket_id, by=by)
    _followers_changed(tx, ticket, unsubscribe(ticket, by.id), by=by)


def _followers_changed(tx: Transaction, before: Ticket, after: Ticket, *, by: Caller) -> Ticket:
    if after is not before:
        record(tx, after, "amended", by=by.id, detail={"changed": ["followers"]})
    return after
