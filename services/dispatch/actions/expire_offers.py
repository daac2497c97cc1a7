"""Offers that nobody answered in time."""

from collections.abc import Collection, Sequence
from datetime import datetime, timedelta
from uuid import UUID

from services.dispatch.actions.keep_work_order import keep_work_order
from services.dispatch.domain.offering import expire
from services.dispatch.store.work_orders import find_expired_offers, find_work_orders, seconds_to_next_expiry
from shared.db.transaction import Transaction

_LOCKED_BY_ANOTHER_S = 0.1


async def next_expiry(tx: Transaction, but: Collection[UUID]) -> datetime | None:
    """When the next offer may be swept: two seconds past its end, as the database's clock has it, so that an answer that was
    under way still counts."""
    seconds = await seconds_to_next_expiry(tx, but)
    # What is overdue and still there is locked by whoever is deciding it: look again soon, but not at once.
    return None if seconds is None else tx.now + timedelta(seconds=max(seconds, _LOCKED_BY_ANOTHER_S))


async def expire_offers(tx: Transaction, order_ids: Sequence[UUID]) -> None:
    """Of work orders that are locked already."""
    orders = await find_work_orders(tx, order_ids, for_update=False)
    over = await find_expired_offers(tx, list(orders))
    for order in orders.values():
        await keep_work_order(tx, order, expire(order, over, at=tx.now))
