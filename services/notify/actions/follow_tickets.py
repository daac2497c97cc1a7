"""Tickets of which something was heard: themselves, their comments, work orders or clocks."""

from collections.abc import Iterator, Sequence
from uuid import UUID

from services.notify.actions.deliver import Courier
from services.notify.actions.tell import tell_about
from services.notify.store.deliveries import DecidedOffer, end_offers
from shared.contracts import Snapshot, WorkOrderV1
from shared.contracts.dispatch import OfferState
from shared.db.transaction import Transaction


async def follow_tickets(tx: Transaction, heard: Sequence[Snapshot], *, courier: Courier) -> None:
    """Say what there is to say about each ticket, once for all that was heard of it; offers that
    have their answer end.
    """
    tickets = {UUID(id) for _, id in (snapshot.about() for snapshot in heard)}
    await tell_about(
        tx, tickets, {snapshot.site_id for snapshot in heard}, heard=heard, courier=courier
    )
    await end_offers(
        tx,
        [
            decided
            for order in heard
            if isinstance(order, WorkOrderV1)
            for decided in _decided_offers(order)
        ],
    )


def _decided_offers(order: WorkOrderV1) -> Iterator[DecidedOffer]:
    for job in order.jobs:
        for offer in job.offers:
            if offer.state is not OfferState.OPEN:
                yield DecidedOffer(
                    ticket=order.id,
                    id=offer.id,
                    technician=offer.technician_id,
                    state=offer.state,
                )
