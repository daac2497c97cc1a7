"""Changing what a ticket is about."""

from dataclasses import replace

from pydantic import JsonValue

from services.tickets.actions.heed_danger import heed_danger
from services.tickets.actions.hold_ticket import release_answered
from services.tickets.actions.recording import record
from services.tickets.actions.seeing import lock_ticket
from services.tickets.domain.amending import (
    Amendment,
    class_anew,
    reword,
    reworded_fields,
)
from services.tickets.domain.danger.heeding import own_words
from services.tickets.domain.limits import demand_room_for_changes
from services.tickets.domain.site import UnknownSite
from services.tickets.domain.ticket import Ticket
from services.tickets.store.search import save_words
from services.tickets.store.sites import load_site
from shared.auth.caller import Caller
from shared.contracts import TicketV1
from shared.contracts.tickets import Deed
from shared.db.transaction import Transaction
from shared.ids import TicketId
from shared.preconditions import demand_version


async def amend_ticket(
    tx: Transaction, ticket_id: TicketId, amendment: Amendment, *, version: int, by: Caller
) -> Ticket:
    """Change text, place and windows (`amended`), then category and priority (`reclassified`);
    nothing that is the same is said, and both at once are one version. What the reporter amends
    ends a hold that waits for their answer.

    Words of danger that are new raise the priority, unless staff set it here.

    Raises NotFound, Forbidden, Stale, IllegalStep, Invalid, ReasonDemanded, TooManyChanges.
    """
    ticket = await lock_ticket(tx, ticket_id, by=by)
    demand_version(ticket.version, version)
    site = await load_site(tx, ticket.site_id)
    if site is None:
        raise UnknownSite("The ticket's site is gone.")
    amended = reword(ticket, amendment, site=site, by=by, at=tx.now)
    if amended is not ticket:
        if not by.is_staff(ticket.site_id):
            demand_room_for_changes(lines=ticket.entries)
        changed = reworded_fields(ticket, amended)
        amended = amended.did(Deed.AMENDED, by=by, at=tx.now, changed=tuple(changed))
        detail: dict[str, JsonValue] = {"changed": [*changed]}
        if amendment.reason:
            detail["reason"] = amendment.reason
        record(tx, amended, "amended", by=by.id, detail=detail)
        save_words(tx, amended)
    answered = amended if amended is ticket else release_answered(tx, amended, by=by)
    classed = class_anew(answered, amendment, site=site, by=by, at=tx.now)
    if classed is not answered:
        classed = replace(classed, version=tx.next_version(TicketV1, ticket.id, amended.version))
        detail = {"reason": amendment.reason, "danger": None}
        record(tx, classed, "reclassified", by=by.id, detail=detail)
        save_words(tx, classed)
    decided = amendment.priority is not None
    return await heed_danger(
        tx,
        classed,
        *(own_words(amended, site) if amended is not ticket else ()),
        None if decided else amendment.reason,
        by=by.id,
        before=ticket,
        raises=not decided,
        reason=amendment.reason,
    )
