"""Saying again who the technicians are: what others know of them must outlive the stream."""

from datetime import datetime, timedelta

from services.dispatch import events
from services.dispatch.store.technicians import oldest_said, take_unsaid
from shared.db.transaction import Transaction

_EVERY = timedelta(days=10)
_MOST_AT_ONCE = 200


async def next_restating(tx: Transaction) -> datetime | None:
    oldest = await oldest_said(tx)
    return None if oldest is None else oldest + _EVERY


async def restate_old(tx: Transaction) -> int:
    """Technicians of whom no fact told for a third of the stream's memory."""
    return await _restate(tx, before=tx.now - _EVERY)


async def restate_all(tx: Transaction) -> int:
    """The next two hundred technicians of whom no fact told since this began; returns how many."""
    return await _restate(tx, before=tx.now)


async def _restate(tx: Transaction, *, before: datetime) -> int:
    technicians = await take_unsaid(tx, before=before, most=_MOST_AT_ONCE)
    for technician in technicians:
        tx.publish(events.technician_restated(technician))
    return len(technicians)
