"""Who puts files on a ticket, and who sees them; the rest of a ticket is in `seeing.py`."""

from collections.abc import Sequence
from uuid import UUID

from services.tickets.actions.seeing import (
    as_seen,
    demand_part,
    lock_line,
    no_such_ticket,
    own_job,
    see_ticket,
)
from services.tickets.domain.access import Bearer, has_entered
from services.tickets.domain.held import HeldWork
from services.tickets.domain.ticket import Ticket
from services.tickets.domain.work_view import has_by_token, works_by_token
from services.tickets.store.queries import load_ticket
from shared.auth.caller import Credential
from shared.contracts.attachments import Attachment
from shared.db.transaction import Transaction
from shared.ids import TicketId
from shared.messaging.snapshots import find_snapshot


async def see_to_attach(tx: Transaction, ticket_id: TicketId, *, by: Bearer) -> Ticket:
    """Return the ticket, for the caller to put a file on. Raises NotFound, and Forbidden for those
    who may only read it.
    """
    ticket = await load_ticket(tx, ticket_id)
    return (await _attached_to(tx, ticket, by=by))[0]


async def lock_to_attach(
    tx: Transaction, ticket_id: TicketId, *, by: Bearer
) -> tuple[Ticket, Ticket, UUID | None]:
    """Return what `lock_to_comment` does, for the caller to put a file on: for the integration that
    entered it, too, and for the bearer of a job's token.

    Raises NotFound, and Forbidden for those who may only read it.
    """
    line = await lock_line(tx, ticket_id)
    ticket, job_id = await _attached_to(tx, line[0] if line else None, by=by)
    stays = isinstance(by, Credential) or job_id is not None or by.is_staff(ticket.site_id)
    return ticket, ticket if stays else line[-1], job_id


async def see_attachments(
    tx: Transaction, ticket_id: TicketId, *, by: Bearer
) -> Sequence[Attachment]:
    """Return those of the ticket's attachments that the caller sees: by a job's token all of them,
    and none once the job was given back. Raises NotFound.
    """
    if isinstance(by, Credential):
        ticket, _ = await _attached_to(tx, await load_ticket(tx, ticket_id), by=by)
        order = await find_snapshot(tx, HeldWork, str(ticket_id))
        return ticket.attachments if has_by_token(order, by.id, by.technician_id) else ()
    if by.only not in (None, ticket_id):
        raise no_such_ticket()
    shown, _ = await as_seen(tx, await see_ticket(tx, ticket_id, by=by), by=by)
    return shown.attachments


async def _attached_to(
    tx: Transaction, ticket: Ticket | None, *, by: Bearer
) -> tuple[Ticket, UUID | None]:
    """Return the ticket and the job as whose technician the caller puts a file on it."""
    if isinstance(by, Credential):
        if ticket is None or by.ticket_id != ticket.id:
            raise no_such_ticket()
        order = await find_snapshot(tx, HeldWork, str(ticket.id))
        if not works_by_token(order, by.id, by.technician_id, cycle=ticket.cycle):
            raise no_such_ticket()
        return ticket, by.id
    if ticket is None or by.only not in (None, ticket.id):
        raise no_such_ticket()
    if (job_id := await own_job(tx, ticket, by=by)) is not None:
        return ticket, job_id
    if has_entered(by, ticket):
        return ticket, None
    return await demand_part(tx, ticket, by=by), None
