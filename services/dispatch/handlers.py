"""What dispatch hears of others."""

from collections.abc import Sequence

from services.dispatch.actions.answer_offer import take_answers
from services.dispatch.actions.follow_clocks import follow_clocks, stop_promises
from services.dispatch.actions.follow_sites import follow_sites
from services.dispatch.actions.follow_tickets import follow_tickets
from shared.contracts import ClocksV1, OfferAnswerV1, SiteV1, TicketV1
from shared.db.transaction import Transaction
from shared.messaging.consumer import follows


@follows(TicketV1)
async def tickets_changed(tx: Transaction, tickets: Sequence[TicketV1]) -> None:
    await follow_tickets(tx, tickets)
    await stop_promises(tx, tickets)


@follows(SiteV1)
async def sites_changed(tx: Transaction, sites: Sequence[SiteV1]) -> None:
    await follow_sites(tx, sites)


@follows(ClocksV1)
async def clocks_changed(tx: Transaction, clocks: Sequence[ClocksV1]) -> None:
    await follow_clocks(tx, clocks)


@follows(OfferAnswerV1)
async def offers_answered(tx: Transaction, answers: Sequence[OfferAnswerV1]) -> None:
    await take_answers(tx, answers)
