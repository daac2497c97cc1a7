"""The looks that waiting jobs are worth, as rows of `planning_queue`: at a job, or at all that
waits for the sake of one technician.

News (`version` is null) is left with what is written: a job begins to wait or needs something else,
a technician has more room or has changed. Looks for later (with the `version` that was seen) are
left by handing out alone, under the site's lock. So where no news is left and no look is due, no
free technician can take any waiting job. A row without job and technician, which a release before
leaves, stands for everything.
"""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import text

from services.dispatch.store.tables import PlanningQueueRow
from shared.db.reads import planned_once, unseen
from shared.db.transaction import Transaction
from shared.ids import JobId, SiteId, TechnicianId, new_id

HAND_OUT = "hand_out"
"""The due worker that acts when a site is worth a look, and the lock of the turn at it."""

NOW = unseen(":now", "timestamptz")


def is_news(site: str) -> str:
    """Return the SQL condition that a site has news that was not acted on, or a look that is due.

    Each by its index: where many wait everywhere and none is due, a search for any of both goes
    through all there are.
    """
    return f"""(exists (select from planning_queue where site_id = {site} and version is null)
          or coalesce((select at from planning_queue where site_id = {site} order by at limit 1)
            <= {NOW}, false))"""


_NEXT = text(
    "select min(at) as at from planning_queue where site_id <> all(cast(:excluding as text[]))"
)
_QUEUE_SITES_OF = """
    insert into planning_queue (id, site_id, at, technician_id)
      select gen_random_uuid(), site_id, given.at, t.id
    from json_to_recordset({rows}) as given(technician_id text, at timestamptz) join technicians t
      on t.id = given.technician_id
    cross join unnest(t.sites) as site_id"""
_QUEUE_WHERE_DISTANCE_COUNTS = text("""
    insert into planning_queue (id, site_id, at, technician_id)
      select gen_random_uuid(), r.site_id, :at, t.id
    from technicians t join site_rules r on r.site_id = any(t.sites) where t.id = :id
      and r.body ->> 'max_distance_m' is not null""")
_BRING_FORWARD = text(
    "update planning_queue set at = :now where site_id = any(cast(:site_ids as text[])) "
    "and job_id is not null and at > :now"
)
_QUEUE_FORGOTTEN = text("""
    insert into planning_queue (id, site_id, at, job_id)
      select gen_random_uuid(), j.site_id, :now, j.id
      from jobs j
    where j.site_id = any(cast(:site_ids as text[])) and j.state = 'waiting' and not j.held
    and not exists (select from planning_queue w where w.job_id = j.id)""")
_QUEUE_TECHNICIANS = text("""
    insert into planning_queue (id, site_id, at, technician_id)
      select gen_random_uuid(), site_id, :now, t.id
    from technicians t cross join unnest(t.sites) as site_id
    where site_id = any(cast(:site_ids as text[])) and t.sites && cast(:site_ids as text[])
      and t.removed_at is null""")
_OF_SITE = text(f"""
    select array_agg(id) as rows, array_agg(distinct job_id) filter (where job_id is not null) as
      jobs,
        array_agg(distinct technician_id) filter (where technician_id is not null) as technicians
    from planning_queue
    where site_id = {unseen(":site_id", "text")} and at <= {NOW}""")
_SETTLE = text(f"""
    delete from planning_queue where (job_id = any({planned_once(":job_ids", "uuid")})
      and (version is not null or id = any({planned_once(":seen", "uuid")})))
    or id = any({planned_once(":over", "uuid")})""")


async def next_look(tx: Transaction, excluding: Collection[SiteId]) -> datetime | None:
    """Return when a site is worth a look next, None while none is."""
    row = await tx.row(_NEXT, excluding=list(excluding))
    return None if row is None else row["at"]


@dataclass(frozen=True, kw_only=True)
class DueLooks:
    """What is due at a site: the ids of the rows, and the jobs and technicians that they name."""

    rows: tuple[UUID, ...]
    jobs: tuple[UUID, ...]
    technicians: tuple[TechnicianId, ...]


async def due_looks(tx: Transaction, site_id: SiteId) -> DueLooks:
    """Return what is due at the site."""
    [row] = await tx.rows(_OF_SITE, site_id=site_id, now=tx.now)
    return DueLooks(
        rows=tuple(row["rows"] or ()),
        jobs=tuple(row["jobs"] or ()),
        technicians=tuple(TechnicianId(id) for id in row["technicians"] or ()),
    )


async def settle_looks(
    tx: Transaction, *, jobs: Iterable[UUID], seen: Iterable[UUID], over: Iterable[UUID]
) -> None:
    """Delete the looks at these jobs, of news only the rows that were `seen`, and the rows that are
    `over`. The site is locked.
    """
    await tx.execute(_SETTLE, job_ids=list(jobs), seen=list(seen), over=list(over))


async def queue_afresh(tx: Transaction, site_ids: Sequence[SiteId]) -> None:
    """Let every waiting job of these sites be looked at at once. The sites are locked."""
    await tx.execute(_BRING_FORWARD, site_ids=list(site_ids), now=tx.now)
    await queue_everything(tx, site_ids)


async def queue_everything(tx: Transaction, site_ids: Sequence[SiteId]) -> None:
    """Leave a look at each waiting job of these sites that has none, and at each technician.

    The sites are locked.
    """
    await tx.execute(_QUEUE_FORGOTTEN, site_ids=list(site_ids), now=tx.now)
    await tx.execute(_QUEUE_TECHNICIANS, site_ids=list(site_ids), now=tx.now)
    tx.schedule(HAND_OUT, tx.now)


def queue_job(tx: Transaction, site_id: SiteId, job_id: JobId) -> None:
    """Queue a look at a job that begins to wait, or needs something else."""
    _insert(tx, site_id, tx.now, job_id=job_id)


def queue_technician(
    tx: Transaction, technician_id: TechnicianId, site_ids: Iterable[SiteId]
) -> None:
    """Queue a look at a technician who changed in a way that may help what waits at these sites."""
    for site_id in site_ids:
        _insert(tx, site_id, tx.now, technician_id=technician_id)


def queue_sites_of(tx: Transaction, technician_ids: Collection[TechnicianId]) -> None:
    """Queue a look at technicians who have more room, at each of their sites.

    Committed with what frees them, or the news would be lost between the two.
    """
    tx.change(_QUEUE_SITES_OF, *({"technician_id": id, "at": tx.now} for id in technician_ids))
    tx.schedule(HAND_OUT, tx.now)


async def queue_where_distance_counts(tx: Transaction, technician_id: TechnicianId) -> None:
    """Leave news of a technician who came near, or went, at those of their sites that limit the
    distance.
    """
    if await tx.execute(_QUEUE_WHERE_DISTANCE_COUNTS, id=technician_id, at=tx.now):
        tx.schedule(HAND_OUT, tx.now)


def look_again(
    tx: Transaction, site_id: SiteId, job_id: UUID, *, version: int, observed: int, at: datetime
) -> None:
    """Queue the next look for `at`: seen at these versions of its work order and its ticket, the
    job is worth none before, unless something changes.
    """
    _insert(tx, site_id, at, job_id=job_id, version=version, observed=observed)


def look_at_technician_again(
    tx: Transaction, site_id: SiteId, technician_id: TechnicianId, *, version: int, at: datetime
) -> None:
    """Queue the next look for `at`: the technician, seen at this version, may be able to take
    something from then on.
    """
    _insert(tx, site_id, at, technician_id=technician_id, version=version)


def _insert(tx: Transaction, site_id: SiteId, at: datetime, **more: Any) -> None:
    row = {"job_id": None, "technician_id": None, "version": None, "observed": None, **more}
    tx.insert(PlanningQueueRow, {"id": new_id(), "site_id": site_id, "at": at, **row})
    tx.schedule(HAND_OUT, at)
