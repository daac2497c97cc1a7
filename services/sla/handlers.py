"""What we hear from others.

Sites come first: what tickets are timed by is settled before they are.
"""

from collections.abc import Sequence

from services.sla.actions.compute_clocks import follow_work
from services.sla.actions.follow_sites import follow_sites
from services.sla.actions.read_board import show_audiences
from shared.contracts import AudienceV1, SiteV1, Snapshot, TicketV1, WorkOrderV1
from shared.db.transaction import Transaction
from shared.messaging.handlers import on


@on(SiteV1)
async def sites_changed(tx: Transaction, sites: Sequence[SiteV1]) -> None:
    await follow_sites(tx, sites)


@on(TicketV1, WorkOrderV1)
async def work_concerned(tx: Transaction, heard: Sequence[Snapshot]) -> None:
    tickets = [each for each in heard if isinstance(each, TicketV1)]
    await follow_work(tx, tickets, [each for each in heard if isinstance(each, WorkOrderV1)])


@on(AudienceV1)
async def audiences_changed(tx: Transaction, audiences: Sequence[AudienceV1]) -> None:
    show_audiences(tx, audiences)
