"""Figures of how jobs were handed out, by the ids of their tickets, which are in the order of time:
added up for spans of four hours, and job by job where a sum has fallen behind or a span is not
asked for as a whole.
"""

from collections.abc import Collection, Sequence
from datetime import datetime, timedelta
from typing import NamedTuple

from pydantic import TypeAdapter
from sqlalchemy import text

from services.dispatch.domain.handed_out import (
    COUNTED,
    DAY_BEGINS_EARLIER,
    SPAN,
    SPANS_A_DAY,
    HandedOut,
    Period,
)
from services.dispatch.store.queries import SITES_WITH_JOBS
from shared.db.reads import planned_once
from shared.db.transaction import Transaction
from shared.ids import SiteId, id_at

_FIGURES = TypeAdapter(list[HandedOut])


class Behind(NamedTuple):
    """That the sum of four hours at a site, the `span`-th since 1970, has fallen behind: once more
    than another row of the same. `row` is where that stands.
    """

    site_id: str
    span: int
    row: str


async def count_handed_out(
    tx: Transaction, sites: Collection[SiteId], period: Period
) -> list[HandedOut]:
    """Return the figures of each of these sites, by id; those of one without jobs are 0."""
    rows = await tx.rows(
        _COUNT,
        sites=sorted(sites),
        first_span=period.first_span,
        below_span=period.below_span,
        days_begin=period.of_whole_days.start,
        days_end=period.of_whole_days.stop,
        signs=[-1 if piece.is_extra else 1 for piece in period.pieces],
        firsts=[id_at(piece.since) for piece in period.pieces],
        belows=[id_at(piece.until) for piece in period.pieces],
    )
    return _FIGURES.validate_python([dict(row) for row in rows])


async def find_sites_with_jobs(tx: Transaction, *, limit: int) -> list[SiteId]:
    """Return sites that have had jobs, by id."""
    return [SiteId(row["site_id"]) for row in await tx.rows(_SITES, limit=limit)]


async def next_behind(tx: Transaction, excluding: Collection[tuple[str, int]]) -> datetime | None:
    """Return when sums are to be added up that have fallen behind, None where none has: of one of
    them, of which others are not far.
    """
    row = await tx.row(_NEXT, excluding=_keys(excluding))
    return None if row is None else tx.now + timedelta(seconds=max(row["seconds"], 0))


async def claim_behind(
    tx: Transaction, excluding: Collection[tuple[str, int]], limit: int
) -> Sequence[Behind]:
    """Return sums that fell behind a while ago; none while another instance adds up."""
    if await tx.row(_ALONE) is None:
        return []
    rows = await tx.rows(_BEHIND, excluding=_keys(excluding), limit=limit)
    return [Behind(**row) for row in rows]


async def add_up(tx: Transaction, behind: Sequence[Behind]) -> None:
    """Count the jobs of these spans anew."""
    spans = {(each.site_id, each.span) for each in behind}
    sites, numbers = zip(*spans, strict=True)
    rows = [each.row for each in behind]
    await tx.execute(_ADD_UP, sites=list(sites), spans=list(numbers), rows=rows)


def _keys(spans: Collection[tuple[str, int]]) -> list[str]:
    return [f"{span}@{site_id}" for site_id, span in spans]


_NAMES = (*COUNTED, "wait_ms")
_COLUMNS = ", ".join(_NAMES)
# Each job of one site and of tickets with ids between two. An offer that was taken before any other
# had come to nothing was taken at first; grabbed or assigned, a job has one that was born accepted.
# A job that was taken once, and that its technician still has or ended, was not given back: its
# assignments are not read. Work orders are looked up (`offset`) for jobs that wait alone, or all
# there are would be read.
_JOB_BY_JOB = """
    select 1 as jobs, least(o.n, 1) as asked, o.n as offers,
      num_nonnulls(o.accepted_at) as accepted,
      cast(coalesce(o.offered_at <= coalesce(o.lost_at, 'infinity'), false) as integer) as at_first,
      cast(o.assigned as integer) as assigned, o.declined, o.expired,
      coalesce(a.returned, 0) as returned, cast(j.state = 'completed' as integer) as completed,
      cast(j.state = 'follow_up' as integer) as follow_ups,
      cast(j.state = 'waiting' and w.unassignable_at is not null as integer) as unassignable,
      cast(coalesce(round(1000 * extract(
        epoch from o.accepted_at - cast(j.steps -> 0 ->> 'at' as timestamptz))), 0) as bigint)
          as wait_ms
    from jobs j
    left join lateral (
        select unassignable_at from work_orders
        where id = j.work_order_id and j.state = 'waiting' offset 0) w on true
    left join lateral (
        select cast(count(*) as integer) as n, count(*) filter (where state = 'accepted') as taken,
          min(decided_at) filter (where state = 'accepted') as accepted_at,
          min(offered_at) filter (where state = 'accepted') as offered_at,
          min(coalesce(decided_at, expires_at)) filter (where state in ('declined', 'expired'))
            as lost_at,
          coalesce(bool_or(state = 'accepted' and assigned_by is not null), false) as assigned,
          cast(count(*) filter (where state = 'declined') as integer) as declined,
          cast(count(*) filter (where state = 'expired') as integer) as expired
        from offers where job_id = j.id) o on true
    left join lateral (
        select cast(count(*) as integer) as returned from assignments
        where job_id = j.id and ended_as = 'waiting'
          and (o.taken > 1
            or o.taken > 0 and j.state in ('waiting', 'offered', 'cancelled'))) a on true
    where j.site_id = p.site_id and j.work_order_id >= p.first and j.work_order_id < p.below"""
_SPAN_MS = SPAN // timedelta(milliseconds=1)


def _first_id(span: str) -> str:
    """Return the lowest id of a span, as `id_at` makes it."""
    milliseconds = f"cast({span} as bigint) * {_SPAN_MS}"
    return f"cast(rpad(lpad(to_hex({milliseconds}), 12, '0'), 32, '0') as uuid)"


def _day_of(span: str) -> str:
    return f"({span} + {DAY_BEGINS_EARLIER}) / {SPANS_A_DAY}"


def _first_span(day: str) -> str:
    return f"({day}) * {SPANS_A_DAY} - {DAY_BEGINS_EARLIER}"


_SIGNED = ", ".join(f"sign * {name} as {name}" for name in _NAMES)
_ITS_SPANS = f"""select site_id, {_COLUMNS} from handed_out_sums s
        where site_id = any({planned_once(":sites", "text")})
          and (site_id, span) not in (select site_id, span from behind)"""
# One statement, and so one look at the database: a sum counts unless it has fallen behind, and that
# of a day unless one of its spans has. All is added up once, by site, before it is joined with what
# was asked for.
_COUNT = text(f"""
    with asked as materialized (
        select site_id from unnest({planned_once(":sites", "text")}) as given(site_id)),
    behind as materialized (
        select distinct site_id, span from handed_out_changes
        where span >= :first_span and span < :below_span
          and site_id in (select site_id from asked)),
    days_behind as materialized (
        select distinct site_id, {_day_of("span")} as day from behind
        where span >= :days_begin and span < :days_end),
    pieces as materialized (
        select site_id, 1 as sign, {_first_id("span")} as first, {_first_id("span + 1")} as below
          from behind
        union all
        select site_id, sign, first, below from asked cross join unnest(
            {planned_once(":signs", "integer")}, {planned_once(":firsts", "uuid")},
            {planned_once(":belows", "uuid")}) as piece(sign, first, below)),
    found as (
        select site_id, {_COLUMNS} from handed_out_days d
        where site_id = any({planned_once(":sites", "text")})
          and day >= {_day_of(":days_begin")} and day < {_day_of(":days_end")}
          and (site_id, day) not in (select site_id, day from days_behind)
        union all
        {_ITS_SPANS} and span >= :first_span and span < :days_begin
        union all
        {_ITS_SPANS} and span >= :days_end and span < :below_span
        union all
        select d.site_id, {_COLUMNS} from days_behind d cross join lateral (
            select * from handed_out_sums where site_id = d.site_id
              and span >= {_first_span("d.day")} and span < {_first_span("d.day + 1")}) s
        where (s.site_id, s.span) not in (select site_id, span from behind)
        union all
        select p.site_id, {_SIGNED}
        from pieces p cross join lateral ({_JOB_BY_JOB} offset 0) as read),
    added as materialized (
        select site_id, {", ".join(f"sum({name}) as {name}" for name in _NAMES)}
        from found group by site_id)
    select site_id,
      {", ".join(f"cast(coalesce({name}, 0) as bigint) as {name}" for name in COUNTED)},
      cast(round(wait_ms / nullif(accepted, 0) / 60000, 1) as float8) as minutes_to_accept
    from asked left join added using (site_id) order by site_id""")
_SITES = text(f"{SITES_WITH_JOBS} order by site_id limit :limit")
# What changes together is added up together, seldom enough that a busy span is not counted on and
# on. However much there is, no more of it is read than is added up.
_WAITS = "interval '5 minutes'"
_NOT_EXCLUDED = "span || '@' || site_id <> all(cast(:excluding as text[]))"
_NEXT = text(f"""
    select cast(extract(epoch from at + {_WAITS} - clock_timestamp()) as float8) as seconds
    from handed_out_changes where {_NOT_EXCLUDED} limit 1""")
_BEHIND = text(f"""
    select site_id, span, cast(ctid as text) as row from handed_out_changes
    where at <= clock_timestamp() - {_WAITS} and {_NOT_EXCLUDED} limit :limit""")
# Whoever has it alone deletes rows of `handed_out_changes`: they stand where they were seen.
_ALONE = text(
    "select true as alone where pg_try_advisory_xact_lock(hashtextextended('handed_out:sums', 0))"
)
# The jobs are counted with the changes that are deleted, and perhaps with later ones.
_ADD_UP = text(f"""
    with asked as materialized (
        select site_id, span, {_first_id("span")} as first, {_first_id("span + 1")} as below
        from unnest({planned_once(":sites", "text")}, {planned_once(":spans", "integer")})
          as given(site_id, span)),
    counted as materialized (
        select p.site_id, p.span, {_COLUMNS}
        from asked p cross join lateral (
            select {", ".join(f"coalesce(sum({name}), 0) as {name}" for name in _NAMES)}
            from ({_JOB_BY_JOB}) as job) as read),
    seen as (
        delete from handed_out_changes
        where ctid = any(cast({planned_once(":rows", "text")} as tid[]))),
    gone as (
        delete from handed_out_sums s using counted c
        where s.site_id = c.site_id and s.span = c.span and c.jobs = 0),
    moved as (
        update handed_out_sums s set {", ".join(f"{name} = c.{name}" for name in _NAMES)}
        from counted c
        where s.site_id = c.site_id and s.span = c.span and c.jobs > 0
          and ({", ".join(f"s.{name}" for name in _NAMES)})
            <> ({", ".join(f"c.{name}" for name in _NAMES)}))
    insert into handed_out_sums (site_id, span, {_COLUMNS})
    select site_id, span, {_COLUMNS} from counted c
    where jobs > 0 and not exists (
        select from handed_out_sums s where s.site_id = c.site_id and s.span = c.span)""")
