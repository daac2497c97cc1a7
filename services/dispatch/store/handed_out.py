"""Figures of how jobs were handed out, counted by the ids of their tickets, which are in the order
of time.
"""

from collections.abc import Collection
from datetime import datetime

from pydantic import TypeAdapter
from sqlalchemy import text

from services.dispatch.domain.handed_out import HandedOut
from services.dispatch.store.queries import SITES_WITH_JOBS
from shared.db.transaction import Transaction
from shared.ids import SiteId, id_at

_FIGURES = TypeAdapter(list[HandedOut])


async def count_handed_out(
    tx: Transaction, sites: Collection[SiteId], *, since: datetime, until: datetime
) -> list[HandedOut]:
    """Return the figures of each of these sites, by id; those of one without jobs are 0."""
    rows = await tx.rows(_COUNT, sites=sorted(sites), first=id_at(since), below=id_at(until))
    return _FIGURES.validate_python([dict(row) for row in rows])


async def find_sites_with_jobs(tx: Transaction, *, limit: int) -> list[SiteId]:
    """Return sites that have had jobs, by id."""
    return [SiteId(row["site_id"]) for row in await tx.rows(_SITES, limit=limit)]


# An offer that was taken before any other had come to nothing was taken at first; grabbed or
# assigned, a job has one that was born accepted. A job that was taken once, and that its technician
# still has or ended, was not given back: its assignments are not read. Work orders are looked up
# (`offset`) for jobs that wait alone, or all there are would be read.
_COUNT = text("""
    select asked.site as site_id, count(j.id) as jobs,
      count(*) filter (where o.n > 0) as asked, cast(coalesce(sum(o.n), 0) as bigint) as offers,
      count(o.accepted_at) as accepted,
      count(*) filter (where o.offered_at <= coalesce(o.lost_at, 'infinity')) as at_first,
      count(*) filter (where o.assigned) as assigned,
      cast(coalesce(sum(o.declined), 0) as bigint) as declined,
      cast(coalesce(sum(o.expired), 0) as bigint) as expired,
      cast(coalesce(sum(a.returned), 0) as bigint) as returned,
      count(*) filter (where j.state = 'completed') as completed,
      count(*) filter (where j.state = 'follow_up') as follow_ups,
      count(*) filter (where j.state = 'waiting' and w.unassignable_at is not null)
        as unassignable,
      cast(round(avg(extract(epoch from o.accepted_at - cast(j.steps -> 0 ->> 'at' as timestamptz)))
        / 60, 1) as float8) as minutes_to_accept
    from unnest(cast(:sites as text[])) as asked(site)
    left join jobs j on j.site_id = asked.site
      and j.work_order_id >= :first and j.work_order_id < :below
    left join lateral (
        select unassignable_at from work_orders
        where id = j.work_order_id and j.state = 'waiting' offset 0) w on true
    left join lateral (
        select count(*) as n, count(*) filter (where state = 'accepted') as taken,
          min(decided_at) filter (where state = 'accepted') as accepted_at,
          min(offered_at) filter (where state = 'accepted') as offered_at,
          min(coalesce(decided_at, expires_at)) filter (where state in ('declined', 'expired'))
            as lost_at,
          coalesce(bool_or(state = 'accepted' and assigned_by is not null), false) as assigned,
          count(*) filter (where state = 'declined') as declined,
          count(*) filter (where state = 'expired') as expired
        from offers where job_id = j.id) o on true
    left join lateral (
        select count(*) as returned from assignments
        where job_id = j.id and ended_as = 'waiting'
          and (o.taken > 1
            or o.taken > 0 and j.state in ('waiting', 'offered', 'cancelled'))) a on true
    group by asked.site order by asked.site""")
_SITES = text(f"{SITES_WITH_JOBS} order by site_id limit :limit")
