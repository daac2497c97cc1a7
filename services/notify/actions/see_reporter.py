"""Whom to call about a ticket."""

from uuid import UUID

from services.notify.domain.access import may_call
from services.notify.domain.contacts import Contacts
from services.notify.store.recipients import load_recipient
from shared.auth.caller import Caller
from shared.contracts import TicketV1, WorkOrderV1
from shared.db.transaction import Transaction
from shared.errors import NotFound
from shared.messaging.snapshots import find_snapshot


async def see_reporter(tx: Transaction, ticket_id: UUID, *, by: Caller) -> Contacts:
    """Return the contacts of the person who reported the ticket, all of them None for one who gave
    none. Raises NotFound for those who have no business there.
    """
    ticket = await find_snapshot(tx, TicketV1, ticket_id)
    order = await find_snapshot(tx, WorkOrderV1, ticket_id)
    if ticket is None or not may_call(by, ticket, order):
        raise NotFound("There is no such ticket.")
    reporter = await load_recipient(tx, ticket.reporter_id, for_update=False)
    return Contacts() if reporter is None else reporter.contacts
