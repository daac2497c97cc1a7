"""Taking what is due to be sent."""

from collections.abc import Mapping, Sequence
from typing import Any

from services.notify.domain.delivery import DeliveryState
from services.notify.store.deliveries import Claimed, claimed_of, save_delivery
from shared.db.transaction import Transaction


def sort_out(tx: Transaction, rows: Sequence[Mapping[str, Any]]) -> list[Claimed]:
    """What is ours to send now. What is of no use any more ends here, with its reason."""
    sendable = []
    for taken in map(claimed_of, rows):
        if not taken.open:
            save_delivery(tx, taken.delivery.ended(DeliveryState.FAILED, at=tx.now, reason="endpoint_disabled"))
        elif taken.delivery.until is not None and tx.now >= taken.delivery.until:
            why = f"expired: {taken.delivery.reason or 'not sent in time'}"
            save_delivery(tx, taken.delivery.ended(DeliveryState.DROPPED, at=tx.now, reason=why))
        else:
            sendable.append(taken)
    return sendable
