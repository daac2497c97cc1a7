"""What people do with a ticket: one route for each verb."""

from typing import Annotated
from uuid import UUID

from fastapi import Response
from pydantic import Field, StringConstraints

from services.tickets.actions import converse, end_ticket, hold_ticket, merge_ticket
from services.tickets.actions.seeing import as_seen
from services.tickets.api.schemas import Demanded, TicketOut, UrgedOut
from services.tickets.api.tickets import Asker, Commenter, Staff
from services.tickets.api.timeline_schemas import CommentIn, CommentOut
from services.tickets.domain.attachments import UnknownAttachment
from services.tickets.domain.conversation import (
    AlreadyRated,
    NotResolved,
    NotTheReporter,
    TooLateToRate,
    TooManyComments,
    TooManyFollowers,
)
from services.tickets.domain.limits import TicketFull, TooManyChanges, TooManySteps
from services.tickets.domain.merging import TooManyDuplicates
from services.tickets.domain.reopening import TooLateToReopen
from services.tickets.domain.site import UnknownSite
from services.tickets.domain.ticket import Ticket
from services.tickets.domain.verbs import IllegalStep, ReasonDemanded, SettledByYourself
from services.tickets.domain.visits import NothingToConfirm, NoVisitAgreed
from shared.auth.caller import Caller
from shared.contracts.tickets import HoldReason, TicketState
from shared.db.transaction import Transaction
from shared.http.declared import refuses
from shared.http.fields import Body, Reply, ShortWords, Storable, Whole
from shared.http.inputs import NothingIn, WindowIn
from shared.http.requests import Tx, etag
from shared.http.routing import action_router
from shared.ids import TicketId

router = action_router("/v1/tickets/{ticket_id}", tag="steps")

_STEP = (IllegalStep, TooManySteps, TicketFull)

_Mark = Annotated[Whole, Field(ge=1, le=5)]


class CancelIn(Body):
    reason: Demanded | None = None
    """Demanded of staff."""


class CancelRequestedOut(Reply):
    """Staff decide: `POST …/cancel`, or `…/cancel:refuse`."""

    requested: bool = True


class RefuseIn(Body):
    reason: Demanded | None = None
    """Told to the resident."""


class ReasonIn(Body):
    reason: Demanded


class NoteIn(Body):
    note: Demanded


class HoldIn(Body):
    reason: HoldReason
    note: ShortWords = ""


class MergeIn(Body):
    duplicate_of: UUID


class UnmergeIn(Body):
    reason: Demanded | None = None


class RatingIn(Body):
    speed: _Mark
    quality: _Mark
    manner: _Mark
    text: Annotated[str, StringConstraints(strip_whitespace=True, max_length=1000), Storable] = ""


@router.post(
    "/cancel",
    responses={202: {"model": CancelRequestedOut, "description": "The resident asked for it."}},
)
@refuses(*_STEP, ReasonDemanded, TooManyChanges)
async def cancel(
    ticket_id: TicketId, response: Response, body: CancelIn, caller: Asker, tx: Tx
) -> TicketOut | CancelRequestedOut:
    """Cancel the ticket: it is no longer wanted. Staff say why. A resident whose technician is at
    work asks for it: 202, and staff decide.
    """
    ticket = await end_ticket.cancel_ticket(tx, ticket_id, by=caller, reason=body.reason)
    if ticket.state is not TicketState.CANCELLED:
        etag(response, ticket.version)
        response.status_code = 202
        return CancelRequestedOut()
    return await _answer(tx, response, ticket, caller)


@router.post("/cancel:refuse")
@refuses(*_STEP)
async def refuse_to_cancel(
    ticket_id: TicketId, response: Response, body: RefuseIn, caller: Staff, tx: Tx
) -> TicketOut:
    """Go on with the work that the resident asked to cancel."""
    refused = await end_ticket.refuse_to_cancel_ticket(tx, ticket_id, by=caller, reason=body.reason)
    return await _answer(tx, response, refused, caller)


@router.post("/merge")
@refuses(*_STEP, TooManyFollowers, TooManyDuplicates)
async def merge(
    ticket_id: TicketId, response: Response, body: MergeIn, caller: Staff, tx: Tx
) -> TicketOut:
    """Cancel this ticket as a duplicate of another, which its people follow from now on; of the one
    that goes on, where that other was merged itself.
    """
    into = TicketId(body.duplicate_of)
    merged = await merge_ticket.merge_ticket(tx, ticket_id, into=into, by=caller)
    return await _answer(tx, response, merged, caller)


@router.post("/unmerge")
@refuses(*_STEP)
async def unmerge(
    ticket_id: TicketId, response: Response, body: UnmergeIn, caller: Staff, tx: Tx
) -> TicketOut:
    """Undo the merge: the ticket is no duplicate, and open again, in its next cycle."""
    unmerged = await merge_ticket.unmerge_ticket(tx, ticket_id, by=caller, reason=body.reason)
    return await _answer(tx, response, unmerged, caller)


@router.post("/resolve")
@refuses(*_STEP)
async def resolve(
    ticket_id: TicketId, response: Response, body: NoteIn, caller: Staff, tx: Tx
) -> TicketOut:
    """Resolve the ticket without a technician's completion; the note says how."""
    resolved = await end_ticket.resolve_ticket(tx, ticket_id, by=caller, note=body.note)
    return await _answer(tx, response, resolved, caller)


@router.post("/confirm")
@refuses(*_STEP, SettledByYourself)
async def confirm(
    ticket_id: TicketId, response: Response, body: NothingIn, caller: Asker, tx: Tx
) -> TicketOut:
    """Confirm that it is fixed; of a duplicate, that the ticket is which goes on."""
    confirmed = await end_ticket.confirm_ticket(tx, ticket_id, by=caller)
    return await _answer(tx, response, confirmed, caller)


@router.post("/reopen")
@refuses(*_STEP, TooLateToReopen)
async def reopen(
    ticket_id: TicketId, response: Response, body: ReasonIn, caller: Asker, tx: Tx
) -> TicketOut:
    """Reopen the ticket: it was not fixed after all; within 14 days."""
    reopened = await end_ticket.reopen_ticket(tx, ticket_id, by=caller, reason=body.reason)
    return await _answer(tx, response, reopened, caller)


@router.post("/hold")
@refuses(*_STEP)
async def hold(
    ticket_id: TicketId, response: Response, body: HoldIn, caller: Staff, tx: Tx
) -> TicketOut:
    """Hold the ticket while it waits for something."""
    held = await hold_ticket.hold_ticket(
        tx, ticket_id, by=caller, reason=body.reason, note=body.note
    )
    return await _answer(tx, response, held, caller)


@router.post("/release")
@refuses(*_STEP)
async def release(
    ticket_id: TicketId, response: Response, body: NothingIn, caller: Staff, tx: Tx
) -> TicketOut:
    """Release the ticket: it goes on where it was."""
    released = await hold_ticket.release_ticket(tx, ticket_id, by=caller)
    return await _answer(tx, response, released, caller)


@router.post("/appointment")
@refuses(*_STEP, TooManyChanges, UnknownSite)
async def appoint(
    ticket_id: TicketId, response: Response, body: WindowIn, caller: Asker, tx: Tx
) -> TicketOut:
    """Agree on a visit; the newest counts. What staff set is an offer until the resident confirms
    it, or lets it stand for as long as the site says.
    """
    return await _answer(
        tx,
        response,
        await converse.agree_visit(tx, ticket_id, by=caller, start=body.start, end=body.end),
        caller,
    )


@router.post("/appointment:confirm")
@refuses(*_STEP, NothingToConfirm, TooManyChanges)
async def confirm_appointment(
    ticket_id: TicketId, response: Response, body: NothingIn, caller: Asker, tx: Tx
) -> TicketOut:
    """Agree to the visit that staff offered."""
    visit = await converse.confirm_visit(tx, ticket_id, by=caller)
    return await _answer(tx, response, visit, caller)


@router.delete("/appointment")
@refuses(*_STEP, NoVisitAgreed, TooManyChanges)
async def cancel_appointment(
    ticket_id: TicketId, response: Response, caller: Asker, tx: Tx
) -> TicketOut:
    """Cancel the visit that was agreed or offered; the ticket goes on."""
    left = await converse.cancel_visit(tx, ticket_id, by=caller)
    return await _answer(tx, response, left, caller)


@router.post("/urge")
@refuses(*_STEP)
async def urge(
    ticket_id: TicketId, response: Response, body: NothingIn, caller: Asker, tx: Tx
) -> UrgedOut:
    """Urge staff on; once an hour it counts."""
    ticket, counted = await converse.urge_ticket(tx, ticket_id, by=caller)
    etag(response, ticket.version)
    shown, _ = await as_seen(tx, ticket, by=caller)
    return UrgedOut.of_urged(shown, caller, counted=counted)


@router.post("/rating")
@refuses(NotTheReporter, NotResolved, SettledByYourself, AlreadyRated, TooLateToRate, TicketFull)
async def rate(
    ticket_id: TicketId, response: Response, body: RatingIn, caller: Asker, tx: Tx
) -> TicketOut:
    """Rate one resolution, 1 to 5, within 30 days, as the reporter of the ticket or of one that was
    merged into it.
    """
    rated = await converse.rate_ticket(
        tx,
        ticket_id,
        by=caller,
        speed=body.speed,
        quality=body.quality,
        manner=body.manner,
        text=body.text,
    )
    return await _answer(tx, response, rated, caller)


@router.post("/comments", status_code=201)
@refuses(TicketFull, TooManyComments, UnknownAttachment)
async def comment(ticket_id: TicketId, body: CommentIn, caller: Commenter, tx: Tx) -> CommentOut:
    """Write a comment. Public ones are told; internal ones are for staff and the technician who has
    the job. Technicians may on tickets whose job they have or had since the ticket was opened last.
    What residents write on a duplicate is said on the ticket that goes on, too.
    """
    written = await converse.add_comment(
        tx,
        ticket_id,
        by=caller,
        text=body.text,
        public=body.public,
        attachments=body.attachments,
    )
    return CommentOut.model_validate(written)


@router.put("/follow")
@refuses(TooManyFollowers, TooManyChanges, TicketFull)
async def follow(ticket_id: TicketId, response: Response, caller: Asker, tx: Tx) -> TicketOut:
    """Follow the ticket: the caller is told of it from now on."""
    followed = await converse.follow_ticket(tx, ticket_id, by=caller)
    return await _answer(tx, response, followed, caller)


@router.delete("/follow", status_code=204)
async def unfollow(ticket_id: TicketId, caller: Asker, tx: Tx) -> None:
    """Follow the ticket no more: the caller is no longer told of it."""
    await converse.unfollow_ticket(tx, ticket_id, by=caller)


async def _answer(tx: Transaction, response: Response, ticket: Ticket, caller: Caller) -> TicketOut:
    etag(response, ticket.version)
    shown, _ = await as_seen(tx, ticket, by=caller)
    return TicketOut.of(shown, caller)
