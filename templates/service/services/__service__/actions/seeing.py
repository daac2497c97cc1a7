"""What exists for a caller: `see_…` to read, `lock_…` to change."""

from uuid import UUID

from services.__service__.domain.access import may_act, may_see
from services.__service__.domain.__entity__ import __Entity__
from services.__service__.store.queries import find___entity__
from shared.auth.caller import Caller
from shared.contracts import TicketV1
from shared.db.transaction import Transaction
from shared.errors import NotFound
from shared.ids import TicketId
from shared.messaging.snapshots import find_snapshot


async def see___entity__(tx: Transaction, __entity___id: UUID, *, by: Caller) -> __Entity__:
    """Return it. Raises NotFound."""
    __entity__ = await find___entity__(tx, __entity___id)
    if __entity__ is None or not may_see(by, __entity__.site_id):
        raise NotFound("There is no such __entity__.")
    return __entity__


async def lock_ticket(tx: Transaction, ticket_id: TicketId, *, by: Caller) -> TicketV1:
    """Return the ticket as it was heard of last; no fact about it is handled until the transaction
    ends. Raises NotFound, also while it has not been heard of.
    """
    await tx.lock("ticket", [ticket_id])
    ticket = await find_snapshot(tx, TicketV1, ticket_id)
    if ticket is None or not may_act(by, ticket.site_id):
        raise NotFound("There is no such ticket.")
    return ticket
