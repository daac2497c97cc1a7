"""Offers that were not answered in time."""

import asyncio
from collections.abc import Collection, Sequence
from datetime import datetime, timedelta
from uuid import UUID

from services.dispatch.actions.recording import record
from services.dispatch.domain.offering import expire
from services.dispatch.store.work_orders import (
    find_expired_offers,
    find_work_orders,
    seconds_to_next_expiry,
)
from shared.db.transaction import Transaction


async def next_expiry(tx: Transaction, excluding: Collection[UUID]) -> datetime | None:
    """Return when the next offer may be swept: two seconds past its end, as the database's clock
    has it, so that an answer that was under way still counts.
    """
    seconds = await seconds_to_next_expiry(tx, excluding)
    return None if seconds is None else tx.now + timedelta(seconds=max(seconds, 0))


async def expire_offers(tx: Transaction, order_ids: Sequence[UUID]) -> None:
    """Expire the overdue offers of work orders that are locked already."""
    orders = await find_work_orders(tx, order_ids, for_update=False)
    over = await find_expired_offers(tx, list(orders))
    for order in orders.values():
        await record(tx, order, expire(order, over, at=tx.now))
        await asyncio.sleep(0)  # however many end at once, requests go on between two of them
