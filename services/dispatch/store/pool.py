"""Jobs in the pool, with all that the rules look at."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from pydantic import TypeAdapter
from sqlalchemy import text

from services.dispatch.domain.job import Pool
from services.dispatch.domain.technician import Technician
from services.dispatch.store.waiting_jobs import ASKED, JobCase, case_of, levels
from shared.db.transaction import Transaction
from shared.ids import SiteId

_POOL = TypeAdapter(Pool)

# The most urgent of each site by an index, of these the most urgent; then what the rules look at.
# Whether the technician was there before is read of their own latest hundred jobs: it makes a job
# cheaper, and bars from none.
_POOLED = text(f"""
    with places as materialized (
        select p.* from unnest(cast(:site_ids as text[])) as s(site_id)
        cross join lateral (
            select id, work_order_id, site_id, rank, due_at from jobs
            where site_id = s.site_id and state = 'waiting' and not held and pool is not null
              and needed <@ cast(:offered as text[])
              and cast(pool ->> 'until' as timestamptz) > :now
            order by rank, due_at, work_order_id, id limit :limit
        ) as p
        order by p.rank, p.due_at, p.work_order_id, p.id limit :limit
    ),
    mine as materialized (
        select done.id, done.site_id, done.spot
        from (
            select work_order_id from jobs
            where technician_id = :technician_id and state = 'completed'
            order by work_order_id desc limit 100
        ) as lately
        join work_orders done on done.id = lately.work_order_id
    )
    select
        j.id, j.work_order_id, j.site_id, j.skills, j.pool, w.need,
        {ASKED},
        case when exists (
            select from mine
            where mine.id = w.id or (mine.site_id = w.site_id and mine.spot = w.spot)
        ) then array[cast(:technician_id as text)] else cast('{{}}' as text[]) end as known_here
    from places as place join jobs j on j.id = place.id
    join work_orders w on w.id = place.work_order_id
    order by place.rank, place.due_at, place.work_order_id, place.id""")


@dataclass(frozen=True, kw_only=True)
class PooledJob(JobCase):
    """A waiting job that was put into the pool of its site."""

    site_id: SiteId
    pool: Pool


async def find_pooled(
    tx: Transaction,
    site_ids: Collection[SiteId],
    technician: Technician,
    *,
    since: datetime,
    limit: int,
) -> list[PooledJob]:
    """Return the most urgent jobs whose time in the pool at these sites lasts and that need no more
    than the technician's skills; who said no counts since then. `known_here` is the technician
    alone.
    """
    rows = await tx.rows(
        _POOLED,
        site_ids=sorted(site_ids),
        technician_id=technician.id,
        offered=levels(technician.skills),
        now=tx.now,
        since=since,
        limit=limit,
    )
    return [
        PooledJob(
            **case_of(row),
            site_id=SiteId(row["site_id"]),
            pool=_POOL.validate_python(row["pool"]),
        )
        for row in rows
    ]
