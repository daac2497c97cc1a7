"""What Prometheus is told beside the kernel's own."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from prometheus_client.core import Metric as Family

from services.dispatch.domain.job import OPEN
from services.dispatch.store.queries import count_jobs, count_unassignable
from shared.contracts.dispatch import JobState
from shared.db.transaction import Transaction
from shared.metrics import MAX_SITES, Across, gauge

_EVERY = timedelta(minutes=1)

_OPEN_JOBS = gauge(
    "fettle_open_jobs",
    "Jobs that are neither done nor cancelled, counted once a minute.",
    Across.MAX,
    "state",
)
_UNASSIGNABLE = gauge(
    "fettle_unassignable_jobs",
    "Tickets whose work no technician of their site can take, counted once a minute, "
    f"at the {MAX_SITES:,} sites with the most.",
    Across.MAX,
    "site",
)
METRICS = (_OPEN_JOBS, _UNASSIGNABLE)


@dataclass(frozen=True, kw_only=True)
class _Counts:
    """What this instance counted last, and when it counts again."""

    shown: tuple[Family, ...]
    again_at: datetime


async def read_metrics(tx: Transaction) -> Sequence[Family]:
    """Return the counts that this instance took last, none before the first: a scrape costs the
    same, however many jobs there are.
    """
    counts = _last(tx)
    return () if counts is None else counts.shown


async def next_count(tx: Transaction, excluding: Collection[bool]) -> datetime | None:
    """Return when this instance counts again; at once where it has not yet."""
    counts = _last(tx)
    return tx.now if counts is None else counts.again_at


async def claim_count(tx: Transaction, excluding: Collection[bool], limit: int) -> Sequence[bool]:
    """Return one row where it is time to count: each instance counts for itself, without a lock."""
    counts = _last(tx)
    is_due = counts is None or counts.again_at <= tx.now
    return [True] if is_due and not excluding else []


async def count_what_lives(tx: Transaction, rows: Sequence[bool]) -> None:
    """Count, and keep it in memory: this takes as long as there are open jobs."""
    jobs = await count_jobs(tx)
    unassignable = await count_unassignable(tx, limit=MAX_SITES)
    tx.memory[_Counts] = _Counts(
        shown=(
            _OPEN_JOBS.family({(state,): jobs[state] for state in JobState if state in OPEN}),
            _UNASSIGNABLE.family({(site,): count for site, count in unassignable}),
        ),
        again_at=tx.now + _EVERY,
    )


def _last(tx: Transaction) -> _Counts | None:
    counts: _Counts | None = tx.memory.get(_Counts)
    return counts
