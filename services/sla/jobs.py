"""What is due by the clock."""

from collections.abc import Collection, Sequence
from datetime import datetime, timedelta
from operator import attrgetter
from typing import Any
from uuid import UUID

from services.sla.actions.change_calendar import SWEEPS, sweep_clocks
from services.sla.actions.compute_clocks import compute_anew, lock_due_tickets
from services.sla.actions.forget_promises import forget_promises
from services.sla.actions.save_clocks import CLOCKS
from services.sla.domain.timing import SETTLING
from services.sla.store.queries import next_look_at
from services.sla.store.terms import any_sweep, take_sweep
from shared.alarms import Alarm
from shared.clock import Clock
from shared.db.transaction import Transaction
from shared.retention import GRACE, Retention, kept_for, unchecked_alarm

_CATCHING_UP = timedelta(seconds=1)


def clock_alarm(clock: Clock) -> Alarm[UUID]:
    """After a start it waits for a second: what happened meanwhile is heard first, so that few
    breaches have to be taken back.
    """
    started_at = clock.now()
    begins_at = started_at + _CATCHING_UP

    def listens(now: datetime) -> bool:
        # a machine's clock may be put back, and nobody listens for an hour
        return started_at <= now < begins_at

    async def next_due(tx: Transaction, but: Collection[UUID]) -> datetime | None:
        at = await next_look_at(tx, but)
        if at is None:
            return None
        return max(at + SETTLING, begins_at) if listens(tx.now) else at + SETTLING

    async def take(tx: Transaction, but: Collection[UUID], most: int) -> Sequence[UUID]:
        return [] if listens(tx.now) else await lock_due_tickets(tx, but, most)

    return Alarm(
        name=CLOCKS,
        next_due=next_due,
        take=take,
        act=compute_anew,
        at_once=200,
    )


async def _next_sweep(tx: Transaction, but: Collection[UUID]) -> datetime | None:
    return tx.now if await any_sweep(tx, but) else None


SWEEP_ALARM = Alarm(
    name=SWEEPS,
    next_due=_next_sweep,
    take=take_sweep,
    act=sweep_clocks,
    key=attrgetter("id"),
)


def retention(*, snapshot_days: int, ticket_days: int) -> tuple[Alarm[Any], ...]:
    """Return the alarms that forget the promises of ended tickets; 0 days are for ever."""
    forgotten = Retention(
        snapshots_for=kept_for(snapshot_days),
        rows_for=kept_for(ticket_days, grace=GRACE),
        delete=forget_promises,
    )
    return forgotten.alarm(), unchecked_alarm()
