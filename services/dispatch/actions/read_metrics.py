"""What Prometheus is told beside the kernel's own."""

from prometheus_client.core import Metric as Family

from services.dispatch.domain.job import OPEN
from services.dispatch.store.queries import count_jobs, count_technicians, count_unassignable
from shared.contracts.dispatch import JobState
from shared.db.transaction import Transaction
from shared.metrics import MAX_SITES, Across, gauge

_OPEN_JOBS = gauge(
    "fettle_open_jobs", "Jobs that are neither done nor cancelled.", Across.MAX, "state"
)
_UNASSIGNABLE = gauge(
    "fettle_unassignable_jobs",
    "Tickets whose work no technician of their site can take, "
    f"at the {MAX_SITES:,} sites with the most.",
    Across.MAX,
    "site",
)
_TECHNICIANS = gauge("fettle_technicians", "Technicians that are not removed.", Across.MAX)
METRICS = (_OPEN_JOBS, _UNASSIGNABLE, _TECHNICIANS)


async def read_metrics(tx: Transaction) -> list[Family]:
    """Return the counts of the database.

    They cost as much as there are open jobs, however many have ended.
    """
    jobs = await count_jobs(tx)
    return [
        _OPEN_JOBS.family({(state,): jobs[state] for state in JobState if state in OPEN}),
        _UNASSIGNABLE.family(
            {(site,): count for site, count in await count_unassignable(tx, limit=MAX_SITES)}
        ),
        _TECHNICIANS.family(await count_technicians(tx)),
    ]
