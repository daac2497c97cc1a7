"""Taking what is due to be sent."""

from collections.abc import Collection
from datetime import timedelta
from uuid import UUID

from services.notify.domain.delivery import DeliveryState
from services.notify.store.deliveries import Claimed, claim_due, save_delivery
from shared.db.transaction import Transaction
from shared.ids import new_id

LEASE = timedelta(seconds=30)
"""Twice the longest attempt: whoever has not recorded it by then is taken for dead, and it is sent again under the same id."""


async def take_due(tx: Transaction, *, busy: Collection[UUID], each: int, most: int) -> tuple[list[Claimed], int]:
    """What is ours to send now, and how many rows were taken. What is of no use any more ends here, with its reason."""
    claimed = await claim_due(tx, new_id(), lease_until=tx.now + LEASE, busy=busy, each=each, most=most)
    sendable = []
    for taken in claimed:
        if not taken.open:
            save_delivery(tx, taken.delivery.ended(DeliveryState.FAILED, at=tx.now, reason="endpoint_disabled"))
        elif taken.delivery.until is not None and tx.now >= taken.delivery.until:
            why = f"expired: {taken.delivery.reason or 'not sent in time'}"
            save_delivery(tx, taken.delivery.ended(DeliveryState.DROPPED, at=tx.now, reason=why))
        else:
            sendable.append(taken)
    return sendable, len(claimed)
