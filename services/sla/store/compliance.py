"""Counted outcomes as they are read: sums of whole months or of days, or one by one."""

from collections.abc import Collection, Sequence
from datetime import date, datetime
from typing import NamedTuple
from uuid import UUID

from pydantic import TypeAdapter
from sqlalchemy import text

from services.sla.domain.compliance import Asked, Cell, CountedPromise, GroupBy
from services.sla.domain.outcomes import Cause, Outcome
from shared.db.transaction import Transaction

_CELLS = TypeAdapter(list[Cell])
_PROMISES = TypeAdapter(list[CountedPromise])


class PromisePlace(NamedTuple):
    """A place in the list of promises, of which the newest tickets come first."""

    day: date
    ticket_id: UUID
    kind: str


async def sum_outcomes(tx: Transaction, asked: Asked, group_by: Collection[GroupBy]) -> list[Cell]:
    """Return how many promises there are of each outcome, told apart by these."""
    by_priority = asked.priority is not None or GroupBy.PRIORITY in group_by
    of_days = _SUM_PROMISES if by_priority else _SUM_DAYS
    rows = await tx.search(
        _SUM_MONTHS if asked.is_of_whole_months else of_days,
        sites=sorted(asked.sites),
        since=asked.since,
        until=asked.until,
        category=asked.category,
        priority=asked.priority,
        **{f"by_{name}": name in group_by for name in GroupBy},
    )
    return _CELLS.validate_python([dict(row) for row in rows])


async def find_promises(
    tx: Transaction,
    asked: Asked,
    *,
    outcome: Outcome,
    kind: str | None,
    cause: Cause | None,
    imported: bool,
    after: PromisePlace | None,
    limit: int,
) -> list[CountedPromise]:
    """Return promises of that outcome behind that place."""
    rows = await tx.search(
        _LIST,
        sites=sorted(asked.sites),
        since=asked.since,
        until=asked.until,
        category=asked.category,
        priority=asked.priority,
        outcome=outcome.value,
        kind=kind,
        cause=None if cause is None else cause.value,
        imported=imported,
        seldom=imported or any((asked.category, asked.priority, cause)),
        after_day=asked.until if after is None else after.day,
        after_id=UUID(int=0) if after is None else after.ticket_id,
        after_kind="" if after is None else after.kind,
        limit=limit,
    )
    return _PROMISES.validate_python([dict(row) for row in rows])


async def count_behind(tx: Transaction, until: datetime, *, limit: int) -> int:
    """Return how many tickets changed by `until` and are not counted as they stand; `limit` where
    there are more.
    """
    row = await tx.row(_COUNT_BEHIND, until=until, limit=limit)
    return 0 if row is None else int(row["n"])


async def find_known_sites(tx: Transaction, *, limit: int) -> Sequence[str]:
    """Return sites that were heard of, by id."""
    return [row["site_id"] for row in await tx.rows(_KNOWN_SITES, limit=limit)]


_SUM = """
    select case when cast(:by_site as boolean) then site_id end as site,
      case when cast(:by_category as boolean) then category end as category,
      case when cast(:by_priority as boolean) then {priority} end as priority,
      case when cast(:by_month as boolean) then {month} end as month,
      kind, outcome, nullif(cause, '') as cause, imported, cast(sum({n}) as bigint) as n,
      cast(sum({stopped}) as bigint) as stopped, cast(sum(ran_ms) as bigint) as ran_ms,
      cast(sum(paused_ms) as bigint) as paused_ms, cast(sum(late_ms) as bigint) as late_ms
    from {table}
    where site_id = any(cast(:sites as text[])) and {within}
      and (cast(:category as text) is null or category = :category)
      and (cast(:priority as text) is null or {priority} = :priority)
    group by 1, 2, 3, 4, kind, outcome, cause, imported having sum({n}) <> 0"""
_SUM_MONTHS = text(
    _SUM.format(
        month="month",
        priority="priority",
        n="n",
        stopped="stopped",
        table="outcome_sums",
        within="month >= cast(:since as date) and month < cast(:until as date)",
    )
)
_MONTH_OF_DAY = "cast(date_trunc('month', day) as date)"
_SUM_DAYS = text(
    _SUM.format(
        month=_MONTH_OF_DAY,
        priority="cast(null as text)",
        n="n",
        stopped="stopped",
        # site by site, or it may be all of them that is read
        table="""(
          select found.* from unnest(cast(:sites as text[])) as asked(site) cross join lateral (
            select * from outcome_days where site_id = asked.site
              and day >= cast(:since as date) and day < cast(:until as date) offset 0) as found)
          as found""",
        within="true",
    )
)
# Days are not told apart by priority. Every outcome is named, so that one index finds the days of
# each.
_SUM_PROMISES = text(
    _SUM.format(
        month=_MONTH_OF_DAY,
        priority="priority",
        n="1",
        stopped=(
            "case when outcome in ('kept', 'broken') and stopped_at is not null then 1 else 0 end"
        ),
        table="outcomes",
        within=(
            "outcome in ('kept', 'broken', 'running', 'paused', 'cancelled', 'unknown') "
            "and day >= cast(:since as date) and day < cast(:until as date)"
        ),
    )
)
_FITS = """imported = cast(:imported as boolean)
              and (cast(:kind as text) is null or kind = :kind)
              and (cast(:cause as text) is null or cause = :cause)
              and (cast(:category as text) is null or category = :category)
              and (cast(:priority as text) is null or priority = :priority)"""
# Site by site by the index, backwards; no more of each than the page has. PostgreSQL's plan for any
# parameters takes the filters to leave so little that it may read and sort all that the site ever
# had; of what is compared so it expects that nearly all is left. What few promises have is looked
# for no further back than the first month that the sums know any of.
_LIST = text(f"""
    select o.ticket_id, p.reference, o.site_id, o.category, o.priority, p.ticket_state, o.kind,
      o.outcome, nullif(o.cause, '') as cause, o.day as opened_on, o.due_at, o.stopped_at,
      o.late_ms
    from (
        select found.* from unnest(cast(:sites as text[])) as asked(site)
        cross join lateral (
            select min(month) as month from outcome_sums
            where cast(:seldom as boolean) and site_id = asked.site and outcome = :outcome
              and month >= cast(date_trunc('month', cast(:since as date)) as date)
              and month < cast(:until as date) and n > 0
              and {_FITS}) as first
        cross join lateral (
            select * from outcomes
            where site_id = asked.site and outcome = :outcome
              and day >= greatest(cast(:since as date), first.month)
              and (day, ticket_id, kind) <
                (cast(:after_day as date), cast(:after_id as uuid), cast(:after_kind as text))
              and case when {_FITS} then 1 else 0 end <> 0
            order by day desc, ticket_id desc, kind desc limit :limit) as found
        where not cast(:seldom as boolean) or first.month is not null
        order by day desc, ticket_id desc, kind desc limit :limit) o
    join promises p on p.ticket_id = o.ticket_id
    order by o.day desc, o.ticket_id desc, o.kind desc""")
_COUNT_BEHIND = text("""
    select count(*) as n from (
        select 1 from promises
        where counted_at is distinct from looked_at and looked_at < :until
        order by looked_at limit :limit) as behind""")
_KNOWN_SITES = text("""
    with recursive known as (
        (select site_id from site_zones order by site_id limit 1)
        union all
        select (
            select z.site_id from site_zones z where z.site_id > known.site_id
            order by z.site_id limit 1)
        from known where known.site_id is not null)
    select site_id from known where site_id is not null order by site_id limit :limit""")
