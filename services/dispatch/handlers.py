"""What dispatch hears of others."""

from collections.abc import Sequence

from services.dispatch.actions.answer_offer import apply_answers
from services.dispatch.actions.follow_clocks import follow_clocks, stop_promises
from services.dispatch.actions.follow_sites import follow_sites
from services.dispatch.actions.follow_tickets import follow_tickets
from services.dispatch.store.work_orders import find_work_orders
from shared.contracts import ClocksV1, OfferAnswerV1, SiteV1, Snapshot, TicketV1
from shared.db.transaction import Transaction
from shared.messaging.handlers import on


@on(SiteV1)
async def sites_changed(tx: Transaction, sites: Sequence[SiteV1]) -> None:
    await follow_sites(tx, sites)


@on(TicketV1, OfferAnswerV1, urgent=(TicketV1, OfferAnswerV1))
async def work_concerned(tx: Transaction, heard: Sequence[Snapshot]) -> None:
    tickets = [each for each in heard if isinstance(each, TicketV1)]
    answers = [each for each in heard if isinstance(each, OfferAnswerV1)]
    if tickets and answers:  # all work orders are locked before any technician
        await find_work_orders(
            tx,
            {*(ticket.id for ticket in tickets), *(answer.ticket_id for answer in answers)},
            for_update=True,
        )
    if tickets:
        await follow_tickets(tx, tickets)
        await stop_promises(tx, tickets)
    if answers:
        await tx.flush()
        await apply_answers(tx, answers)


@on(ClocksV1)
async def clocks_changed(tx: Transaction, clocks: Sequence[ClocksV1]) -> None:
    await follow_clocks(tx, clocks)
