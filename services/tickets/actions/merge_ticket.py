"""Two reports of one thing become one, and two again."""

from services.tickets.actions.heed_danger import heed_duplicate
from services.tickets.actions.recording import add_line, record, record_followers, save
from services.tickets.actions.seeing import lock_merged_line, lock_tickets_to_merge
from services.tickets.domain import merging
from services.tickets.domain.merging import bring_people, let_people_go
from services.tickets.domain.ticket import Ticket
from shared.auth.caller import Caller
from shared.db.transaction import Transaction
from shared.ids import TicketId


async def merge_ticket(
    tx: Transaction, ticket_id: TicketId, *, into: TicketId, by: Caller
) -> Ticket:
    """Cancel the ticket as a duplicate of `into`, or of the one that goes on where that was merged
    itself. Its people follow that one from now on.

    Words of danger of the ticket count there too.

    Raises NotFound, Forbidden, Invalid, IllegalStep, TooManyFollowers, TooManyDuplicates.
    """
    duplicate, target = await lock_tickets_to_merge(tx, ticket_id, into=into, by=by)
    merged = merging.merge_into(duplicate, target, by=by, at=tx.now)
    followed = bring_people(target, duplicate)
    record(
        tx,
        merged,
        "cancelled",
        by=by.id,
        detail={"duplicate_of": str(target.id), "reference": target.reference},
    )
    joined = _record_target(tx, target, followed, by=by, what="merged", duplicate=duplicate)
    await heed_duplicate(tx, joined, duplicate)
    return merged


async def unmerge_ticket(
    tx: Transaction, ticket_id: TicketId, *, by: Caller, reason: str | None
) -> Ticket:
    """Open the ticket again, which was a duplicate, in its next cycle. Its people follow it alone
    from now on, unless they came to the other by another way, too.

    Raises NotFound, Forbidden, IllegalStep, TooManySteps, TicketFull.
    """
    duplicate, *targets = await lock_merged_line(tx, ticket_id, by=by)
    again = merging.unmerge(duplicate, by=by, at=tx.now, reason=reason)
    record(tx, again, "unmerged", by=by.id, detail={"reason": reason})
    if targets:
        left = let_people_go(targets[0], duplicate.id)
        further = merging.along([left, *targets[1:]], lambda ticket: ticket)[1:]
        _record_target(tx, targets[0], left, by=by, what="unmerged", duplicate=duplicate)
        record_followers(tx, targets[1:], further, by=by.id)
    return again


def _record_target(
    tx: Transaction, before: Ticket, after: Ticket, *, by: Caller, what: str, duplicate: Ticket
) -> Ticket:
    """Save the ticket that goes on, with a line about the duplicate that came or went; return it
    as saved.
    """
    detail = {what: duplicate.reference}
    if after.version != before.version:
        record_followers(tx, [before], [after], by=by.id, detail=detail)
        return after
    noted = after.noted()
    save(tx, noted)
    add_line(tx, noted, "amended", by=by.id, detail={"changed": [], **detail})
    return noted
