"""Work orders that changed."""

from collections.abc import Iterator, Mapping, Sequence

from services.notify.actions.deliver import Courier
from services.notify.actions.tell import tell_about
from services.notify.store.deliveries import end_offers
from shared.contracts import WorkOrderV1
from shared.contracts.dispatch import OfferState
from shared.db.transaction import Transaction


async def follow_work_orders(tx: Transaction, orders: Sequence[WorkOrderV1], *, courier: Courier) -> None:
    """What there is to say is said, and offers that have their answer need not be delivered any more."""
    await tell_about(tx, [order.id for order in orders], [order.site_id for order in orders], heard=orders, courier=courier)
    await end_offers(tx, [decided for order in orders for decided in _decided_offers(order)])


def _decided_offers(order: WorkOrderV1) -> Iterator[Mapping[str, str]]:
    for job in order.jobs:
        for offer in job.offers:
            if offer.state is not OfferState.OPEN:
                yield {"id": str(offer.id), "technician": offer.technician_id, "state": offer.state.value}
