"""Saying again who the technicians are: what others know of them must outlive the stream."""

from collections.abc import Collection, Sequence
from datetime import datetime, timedelta

from services.dispatch import events
from services.dispatch.domain.access import may_manage_all
from services.dispatch.domain.technician import Technician
from services.dispatch.store.technicians import claim_unpublished, oldest_said
from shared.auth.caller import Caller
from shared.db.transaction import Transaction
from shared.errors import Forbidden
from shared.ids import TechnicianId

_EVERY = timedelta(days=10)
_MAX_AT_ONCE = 200


async def next_republishing(
    tx: Transaction, excluding: Collection[TechnicianId]
) -> datetime | None:
    oldest = await oldest_said(tx, excluding)
    return None if oldest is None else oldest + _EVERY


async def claim_old(
    tx: Transaction, excluding: Collection[TechnicianId], limit: int
) -> Sequence[Technician]:
    """Claim technicians of whom no fact told for a third of the stream's memory; they count as told
    now.
    """
    return await claim_unpublished(tx, before=tx.now - _EVERY, excluding=excluding, limit=limit)


async def republish(tx: Transaction, technicians: Sequence[Technician]) -> None:
    for technician in technicians:
        tx.publish(events.technician_republished(technician))


async def republish_all(tx: Transaction, *, by: Caller) -> int:
    """Republish the next two hundred technicians of whom no fact told since this began; return how
    many.

    Raises Forbidden unless the caller is admin of every site.
    """
    if not may_manage_all(by):
        raise Forbidden("Only an admin of every site republishes them all.")
    technicians = await claim_unpublished(tx, before=tx.now, excluding=(), limit=_MAX_AT_ONCE)
    await republish(tx, technicians)
    return len(technicians)
