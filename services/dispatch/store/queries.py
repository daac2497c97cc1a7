"""What people and machines look at: lists of jobs, counts.

The other files here load and save what actions change.
"""

from collections import Counter
from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import text

from services.dispatch.domain.job import OPEN
from shared.contracts.dispatch import JobState
from shared.db.transaction import Transaction
from shared.ids import SiteId

_BEFORE = "work_order_id < coalesce(cast(:before as uuid), 'ffffffff-ffff-ffff-ffff-ffffffffffff')"
_NEWEST = f"{_BEFORE} order by work_order_id desc limit :limit"
_OLDEST = "cast('00000000-0000-0000-0000-000000000000' as uuid)"
_IN_STATE = "(cast(:state as text) is null or state = :state)"
_AT_SITES = "(cast(:sites as text[]) is null or site_id = any(cast(:sites as text[])))"
_ANYWHERE = text(f"select distinct work_order_id from jobs where {_NEWEST}")
SITES_WITH_JOBS = """
    with recursive known as (
        (select site_id from jobs order by site_id, work_order_id limit 1)
        union all
        select (
            select j.site_id from jobs j where j.site_id > known.site_id
            order by j.site_id, j.work_order_id limit 1)
        from known where known.site_id is not null)
    select site_id from known where site_id is not null"""
"""Select the sites that have jobs, from one to the next by the index."""
_FEW = 8
"""Work orders of each site that a list looks at first: it shows a page of all sites together."""
# Each site's newest by an index: however few of a long history match, no more is read than can be
# shown. Of many sites most give a few to a page: only where the last of these is newer than the end
# of the page are more read, down to there.
_OF_SITES = f"""
    with few as materialized (
        select s.site_id, found.work_order_id, found.n from {{sites}} as s(site_id)
        cross join lateral (
            select work_order_id, row_number() over (order by work_order_id desc) as n
            from (select distinct work_order_id from jobs
              where site_id = s.site_id {{and_state}} and {_BEFORE}
              order by work_order_id desc limit {_FEW}) as newest) as found),
    page_end as materialized (
        select distinct work_order_id from few
        order by work_order_id desc offset cast(:limit as integer) - 1 limit 1),
    more as (
        select found.work_order_id
        from (select site_id, work_order_id as last from few where n = {_FEW}
          and work_order_id > coalesce((select work_order_id from page_end), {_OLDEST})) as s
        cross join lateral (select distinct work_order_id from jobs
          where site_id = s.site_id {{and_state}} and work_order_id < s.last
            and work_order_id > coalesce((select work_order_id from page_end), {_OLDEST})
          order by work_order_id desc limit :limit) as found)
    select work_order_id from few union select work_order_id from more
    order by work_order_id desc limit :limit"""
_THESE = "unnest(cast(:sites as text[]))"
_WITH_STATE = "and state = :state"
_OF_THESE_SITES = text(_OF_SITES.format(sites=_THESE, and_state=""))
_OF_THESE_SITES_IN_STATE = text(_OF_SITES.format(sites=_THESE, and_state=_WITH_STATE))
_ANYWHERE_IN_STATE = text(_OF_SITES.format(sites=f"({SITES_WITH_JOBS})", and_state=_WITH_STATE))
# State by state: what a technician ever did is not read for what they have in hand.
_OF_TECHNICIAN = text(f"""
    (select found.work_order_id from unnest(cast(:states as text[])) as asked(state)
    cross join lateral (select distinct work_order_id from jobs
      where technician_id = :technician_id and state = asked.state and {_AT_SITES}
        and {_NEWEST}) as found)
    union
    (select distinct work_order_id from jobs where id in (select job_id from offers
      where technician_id = :technician_id and state = 'open')
        and {_IN_STATE} and {_AT_SITES} and {_NEWEST})
    order by work_order_id desc limit :limit""")
_OF_ANY_SITES = (_OF_THESE_SITES, _OF_THESE_SITES_IN_STATE, _ANYWHERE_IN_STATE)
_OF_TICKET = text(f"""
    select distinct work_order_id from jobs where work_order_id = :ticket_id and {_IN_STATE}
      and {_AT_SITES} and {_NEWEST}""")
_OF_TICKET_AND_TECHNICIAN = text(f"""
    select distinct work_order_id from jobs j where work_order_id = :ticket_id and {_IN_STATE}
      and {_AT_SITES}
    and (technician_id = :technician_id
        or exists (select from offers where technician_id = :technician_id and state = 'open'
          and job_id = j.id)) and {_NEWEST}""")
_OFFERED_TO = text("""
    select work_order_id, job_id, id from offers
    where technician_id = :technician_id and state = 'open' and expires_at > clock_timestamp()
      order by id""")
_HELD_BY = text("""
    select j.work_order_id, j.id from assignments a join jobs j on j.id = a.job_id
    where a.technician_id = :technician_id and a.ended_at is null order by a.accepted_at, a.id""")
# By site and state: only the index of these has no jobs that ended long ago among them.
_JOBS = text(f"""
    select asked.state, cast(sum(n) as bigint) as count from ({SITES_WITH_JOBS}) as s
    cross join unnest(cast(:states as text[])) as asked(state)
    cross join lateral (
        select count(*) as n from jobs j
        where j.site_id = s.site_id and j.state = asked.state) as found
    group by asked.state""")
# Two arrays: a thousand rows would cost the event loop a millisecond more.
_UNASSIGNABLE = text("""
    select coalesce(array_agg(site_id), '{}') as sites, coalesce(array_agg(count), '{}') as counts
      from (
        select site_id, count(*) as count from work_orders where unassignable_at is not null
        group by site_id order by count desc, site_id limit :limit) found""")


async def list_work_orders(
    tx: Transaction,
    *,
    sites: frozenset[SiteId] | None,
    site_id: SiteId | None,
    state: JobState | None,
    ticket_id: UUID | None,
    technician_id: str | None,
    before: UUID | None,
    limit: int,
) -> list[UUID]:
    """Return the ids of work orders with such jobs, newest first. `sites` None: of every site;
    `technician_id`: theirs, or offered to them.

    Each combination of what is asked for has a statement of its own, so that the database's plan
    never depends on a parameter.
    """
    if site_id is not None:
        sites = frozenset({site_id}) if sites is None else sites & {site_id}
    if ticket_id is not None:
        statement = _OF_TICKET if technician_id is None else _OF_TICKET_AND_TECHNICIAN
    elif technician_id is not None:
        statement = _OF_TECHNICIAN
    elif sites is None:
        statement = _ANYWHERE if state is None else _ANYWHERE_IN_STATE
    else:
        statement = _OF_THESE_SITES if state is None else _OF_THESE_SITES_IN_STATE
    # One way of reading fits any sites and states.
    read = tx.rows if statement in _OF_ANY_SITES else tx.search
    rows = await read(
        statement,
        sites=None if sites is None else sorted(sites),
        state=None if state is None else state.value,
        states=[each.value for each in (JobState if state is None else (state,))],
        ticket_id=ticket_id,
        technician_id=technician_id,
        before=before,
        limit=limit,
    )
    return [row["work_order_id"] for row in rows]


async def offered_to(tx: Transaction, technician_id: str) -> Sequence[tuple[UUID, UUID, UUID]]:
    """Return (work order, job, offer) of the offers that are open now, oldest first."""
    return [
        (row["work_order_id"], row["job_id"], row["id"])
        for row in await tx.rows(_OFFERED_TO, technician_id=technician_id)
    ]


async def held_jobs(tx: Transaction, technician_id: str) -> Sequence[tuple[UUID, UUID]]:
    """Return (work order, job) of what they hold, in the order in which they took it."""
    return [
        (row["work_order_id"], row["id"])
        for row in await tx.rows(_HELD_BY, technician_id=technician_id)
    ]


async def count_jobs(tx: Transaction) -> Counter[str]:
    """Return how many open jobs there are in each state."""
    rows = await tx.rows(_JOBS, states=sorted(OPEN))
    return Counter({row["state"]: row["count"] for row in rows})


async def count_unassignable(tx: Transaction, *, limit: int) -> list[tuple[str, int]]:
    """Return (site, how many work orders no technician can take) of the sites with the most."""
    row = await tx.row(_UNASSIGNABLE, limit=limit)
    return [] if row is None else list(zip(row["sites"], row["counts"], strict=True))
