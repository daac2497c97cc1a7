"""What is due by the clock."""

from collections.abc import Collection, Sequence
from datetime import datetime, timedelta
from operator import attrgetter, itemgetter
from typing import Any
from uuid import UUID

from services.sla.actions.change_calendar import SWEEPS, sweep_clocks
from services.sla.actions.compute_clocks import compute_anew, lock_due_tickets
from services.sla.actions.count_outcomes import (
    LINGER,
    OUTCOMES,
    claim_uncounted_tickets,
    count_outcomes,
)
from services.sla.actions.forget_promises import forget_promises
from services.sla.actions.save_clocks import CLOCKS
from services.sla.domain.timing import SETTLING
from services.sla.store.outcomes import next_uncounted
from services.sla.store.queries import StoredTicket, next_look_at
from services.sla.store.terms import any_sweep, claim_sweep
from shared.clock import Clock
from shared.db.transaction import Transaction
from shared.due_work import DueWork
from shared.retention import GRACE, Retention, retention_of, unchecked_due_work

_CATCHING_UP = timedelta(seconds=1)


def clock_work(clock: Clock) -> DueWork[StoredTicket]:
    """Return the due work that looks at clocks. After a start it waits for a second: what happened
    meanwhile is heard first, so that few breaches have to be taken back.
    """
    started_at = clock.now()
    begins_at = started_at + _CATCHING_UP

    def listens(now: datetime) -> bool:
        # a machine's clock may be put back: then it must not listen for an hour
        return started_at <= now < begins_at

    async def next_due(tx: Transaction, excluding: Collection[UUID]) -> datetime | None:
        at = await next_look_at(tx, excluding)
        if at is None:
            return None
        return max(at + SETTLING, begins_at) if listens(tx.now) else at + SETTLING

    async def claim(
        tx: Transaction, excluding: Collection[UUID], limit: int
    ) -> Sequence[StoredTicket]:
        return [] if listens(tx.now) else await lock_due_tickets(tx, excluding, limit)

    return DueWork(
        name=CLOCKS,
        next_due=next_due,
        claim=claim,
        act=compute_anew,
        batch_size=200,
        key=itemgetter("ticket_id"),
    )


async def _next_sweep(tx: Transaction, excluding: Collection[UUID]) -> datetime | None:
    return tx.now if await any_sweep(tx, excluding) else None


SWEEP_WORK = DueWork(
    name=SWEEPS,
    next_due=_next_sweep,
    claim=claim_sweep,
    act=sweep_clocks,
    key=attrgetter("id"),
)


async def _next_count(tx: Transaction, excluding: Collection[UUID]) -> datetime | None:
    at = await next_uncounted(tx, excluding)
    return None if at is None else at + LINGER


OUTCOME_WORK = DueWork(
    name=OUTCOMES,
    next_due=_next_count,
    claim=claim_uncounted_tickets,
    act=count_outcomes,
    batch_size=200,
)


def retention(*, snapshot_days: int, ticket_days: int) -> tuple[DueWork[Any], ...]:
    """Return the due work that forgets the promises of ended tickets; 0 days are for ever."""
    forgotten = Retention(
        snapshots_for=retention_of(snapshot_days),
        rows_for=retention_of(ticket_days, grace=GRACE),
        delete=forget_promises,
    )
    return forgotten.due_work(), unchecked_due_work()
