"""What is due by the clock."""

from datetime import datetime, timedelta

from services.sla.actions.change_calendar import SWEEPS, sweep_clocks
from services.sla.actions.compute_clocks import CLOCKS, SETTLING, announce_due_clocks
from services.sla.store.queries import next_look_at
from services.sla.store.terms import any_sweep
from shared.alarms import Alarm
from shared.clock import Clock
from shared.db.transaction import Transaction

_CATCHING_UP = timedelta(seconds=1)


def clock_alarm(clock: Clock) -> Alarm:
    """After a start it waits for a second: what happened meanwhile is heard first, so that few breaches have to be taken back."""
    begins_at = clock.now() + _CATCHING_UP

    async def next_due(tx: Transaction) -> datetime | None:
        at = await next_look_at(tx)
        return None if at is None else max(at + SETTLING, begins_at)

    async def run(tx: Transaction) -> int:
        return await announce_due_clocks(tx) if tx.now >= begins_at else 0

    return Alarm(CLOCKS, next_due=next_due, run=run)


async def _next_sweep(tx: Transaction) -> datetime | None:
    return tx.now if await any_sweep(tx) else None


SWEEP_ALARM = Alarm(SWEEPS, next_due=_next_sweep, run=sweep_clocks)
