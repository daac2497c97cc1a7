"""What is due by the clock."""

from collections.abc import Collection, Sequence
from datetime import datetime, timedelta
from uuid import UUID

from services.sla.actions.change_calendar import SWEEPS, sweep_clocks
from services.sla.actions.compute_clocks import CLOCKS, SETTLING, compute_clocks, take_due_tickets
from services.sla.store.queries import next_look_at
from services.sla.store.terms import any_sweep, take_sweep
from shared.alarms import Alarm
from shared.clock import Clock
from shared.db.transaction import Transaction

_CATCHING_UP = timedelta(seconds=1)


def clock_alarm(clock: Clock) -> Alarm[UUID]:
    """After a start it waits for a second: what happened meanwhile is heard first, so that few breaches have to be taken back."""
    begins_at = clock.now() + _CATCHING_UP

    async def next_due(tx: Transaction, but: Collection[UUID]) -> datetime | None:
        at = await next_look_at(tx, but)
        return None if at is None else max(at + SETTLING, begins_at)

    async def take(tx: Transaction, but: Collection[UUID], most: int) -> Sequence[UUID]:
        return await take_due_tickets(tx, but, most) if tx.now >= begins_at else []

    return Alarm(name=CLOCKS, next_due=next_due, take=take, act=compute_clocks, at_once=200)


async def _next_sweep(tx: Transaction, but: Collection[UUID]) -> datetime | None:
    return tx.now if await any_sweep(tx, but) else None


SWEEP_ALARM = Alarm(name=SWEEPS, next_due=_next_sweep, take=take_sweep, act=sweep_clocks, key=lambda sweep: sweep["id"])
