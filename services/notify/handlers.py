"""Facts of the other services: whatever changed, everything there is to say about its ticket is worked out anew."""

from collections.abc import Sequence

from services.notify.actions.deliver import Courier
from services.notify.actions.follow_work_orders import follow_work_orders
from services.notify.actions.tell import tell_about
from shared.contracts import ClocksV1, CommentV1, SiteV1, TechnicianV1, TicketV1, WorkOrderV1
from shared.db.transaction import Transaction
from shared.messaging.consumer import Handler, follows, keeps


def handlers_with(courier: Courier) -> tuple[Handler, ...]:
    """All of them; what is to be sent at once goes to this courier."""

    @follows(TicketV1)
    async def tickets_changed(tx: Transaction, tickets: Sequence[TicketV1]) -> None:
        await tell_about(tx, [ticket.id for ticket in tickets], [ticket.site_id for ticket in tickets], heard=tickets, courier=courier)

    @follows(CommentV1)
    async def comments_added(tx: Transaction, comments: Sequence[CommentV1]) -> None:
        await tell_about(tx, {comment.ticket_id for comment in comments}, [comment.site_id for comment in comments], courier=courier)

    @follows(WorkOrderV1)
    async def work_orders_changed(tx: Transaction, orders: Sequence[WorkOrderV1]) -> None:
        await follow_work_orders(tx, orders, courier=courier)

    @follows(ClocksV1)
    async def clocks_changed(tx: Transaction, clocks: Sequence[ClocksV1]) -> None:
        await tell_about(tx, [each.id for each in clocks], [each.site_id for each in clocks], heard=clocks, courier=courier)

    names, zones = keeps(TechnicianV1), keeps(SiteV1)
    return tickets_changed, comments_added, zones, work_orders_changed, names, clocks_changed
