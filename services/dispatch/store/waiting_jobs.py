"""Jobs that wait, with all that the rules look at, in the order in which they are handed out."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypedDict
from uuid import UUID

from pydantic import TypeAdapter
from sqlalchemy import text

from services.dispatch.domain.case import Asked
from services.dispatch.domain.job import Pool
from services.dispatch.domain.need import Need
from services.dispatch.store.work_orders import is_far_ahead, need_from, skills_from
from shared.contracts.base import SkillNeed
from shared.db.transaction import Transaction
from shared.errors import NotFound
from shared.ids import JobId, SiteId, TechnicianId, TicketId

_ASKED_OF = TypeAdapter(dict[TechnicianId, Asked])
_POOL = TypeAdapter(Pool | None)

KNOWN_HERE = """array(
            select technician_id from jobs where work_order_id = w.id and state = 'completed'
            union
            select lately.technician_id from (
                select id from work_orders
                where site_id = w.site_id and spot = w.spot and w.spot is not null
                order by id desc limit 20
            ) as here
            join jobs as lately on lately.work_order_id = here.id and lately.state = 'completed'
        ) as known_here"""
"""Who was there before, of a work order `w`: as `JobCase` says what counts."""
ASKED = """(
            select jsonb_object_agg(technician_id, jsonb_build_object(
                'times', times, 'last', last, 'gave_back', gave_back))
            from (
                select technician_id, count(*) as times, max(at) as last,
                    bool_or(gave_back) as gave_back from (
                    select technician_id, decided_at as at, state = 'withdrawn' as gave_back
                    from offers
                    where job_id = j.id and decided_at > :since and (
                        state in ('declined', 'expired')
                        or (state = 'withdrawn' and reason = 'withdrawn_by_staff'))
                    union all
                    select technician_id, ended_at, true from assignments
                    where job_id = j.id and ended_at > :since and ended_as = 'waiting'
                ) as said_no
                group by technician_id
            ) as by_technician
        ) as asked"""
"""Who said no to a job `j` lately."""
_LOOKED_AT = f"""{ASKED},
        {KNOWN_HERE}"""
"""Who said no to a job `j` lately, and who was there before."""
# One job with what the rules look at: its need, who said no to it lately, and who has been there.
_CASE_OF = text(f"""
    select
        j.id, j.work_order_id, j.skills, w.need,
        {_LOOKED_AT}
    from jobs j join work_orders w on w.id = j.work_order_id
    where j.id = :job_id""")
# The jobs of a turn: those whose look is due, and those that the technicians' skills may help. What
# is needed at a site is a handful of combinations, however much waits: `kinds` goes from one to the
# next in the index, and of each that is offered as many jobs are read as the page may hold, in the
# order in which they stand there. The last select adds what the rules look at, as `_CASE_OF` does.
_NEXT_PAGE = text(f"""
    with recursive
    waits as not materialized (
        select id, work_order_id, rank, due_at, needed from jobs
        where state = 'waiting' and not held and site_id = :site_id
    ),
    behind as not materialized (
        select rank, due_at, work_order_id, id, needed,
            id = any(cast(:looked_at as uuid[])) as is_due
        from waits
        where (rank, due_at, work_order_id, id)
            > (:rank, to_timestamp(:due), cast(:work_order_id as uuid), cast(:id as uuid))
    ),
    kinds as (
        (select needed from waits order by needed limit 1)
        union all
        select (select needed from waits where needed > k.needed order by needed limit 1)
        from kinds k where k.needed is not null
    ),
    found as (
        select rank, due_at, work_order_id, id, is_due from behind
        where id = any(cast(:looked_at as uuid[]))
        union
        select of_kind.* from kinds k cross join lateral (
            select rank, due_at, work_order_id, id, is_due from behind
            where needed = k.needed
            order by rank, due_at, work_order_id, id limit :limit
        ) as of_kind
        where k.needed <@ cast(:offered as text[])
        union
        select of_kind.* from kinds k cross join lateral (
            select rank, due_at, work_order_id, id, is_due from behind
            where needed = k.needed and rank = 0
            order by rank, due_at, work_order_id, id limit :limit
        ) as of_kind
        where k.needed <@ cast(:offered_in_emergencies as text[])
          and not k.needed <@ cast(:offered as text[])
    ),
    places as materialized (
        select rank, due_at, work_order_id, id, is_due from found
        order by rank, due_at, work_order_id, id limit :limit
    )
    select
        j.id, j.work_order_id, j.skills, w.need,
        {_LOOKED_AT},
        w.version, w.observed, w.unassignable_at is not null as is_unassignable,
        w.left_to_desk_at is not null as is_left_to_desk, j.pool,
        'window' = any(j.needed) as is_marked_later,
        place.is_due, place.rank, extract(epoch from place.due_at)::float8 as due,
        (place.rank, place.due_at) <> (w.rank, coalesce(p.due_at, 'infinity')) as is_misplaced
    from places as place join jobs j on j.id = place.id
    join work_orders w on w.id = place.work_order_id left join promises p on p.id = w.id
    order by w.rank, coalesce(p.due_at, 'infinity'), w.id, j.id""")
# A job that is being written at this moment is left alone: its writer holds its work order, for
# which no turn may wait here.
_PUT_IN_PLACE = text("""
    update jobs set rank = w.rank, due_at = coalesce(p.due_at, 'infinity')
    from work_orders w left join promises p on p.id = w.id
    where w.id = jobs.work_order_id and jobs.id in (
        select id from jobs where id = any(cast(:ids as uuid[])) and state = 'waiting' order by id
          for update skip locked)""")
_PROMISED = text("""
    update jobs set due_at = coalesce(given.due_at, 'infinity')
    from unnest(cast(:ids as uuid[]), cast(:due_at as timestamptz[])) as given(id, due_at)
    where jobs.work_order_id = given.id and jobs.id in (
        select id from jobs where work_order_id = any(cast(:ids as uuid[])) and state = 'waiting'
          order by id for update skip locked)""")

_MARK = text("""
    update jobs set needed = case when id = any(cast(:far_ahead as uuid[]))
      then needed || array['window'] else array_remove(needed, 'window') end
    where id in (
        select id from jobs where id = any(cast(:ids as uuid[])) and state = 'waiting' order by id
          for update skip locked)""")

Place = tuple[int, float, UUID, UUID]
"""Of a waiting job among the others: rank, due (seconds since 1970), work order, job."""
FIRST: Place = (-1, 0.0, UUID(int=0), UUID(int=0))


@dataclass(frozen=True, kw_only=True)
class JobCase:
    """What the rules look at beside the site and the technicians."""

    id: JobId
    work_order_id: TicketId
    need: Need
    skills: tuple[SkillNeed, ...]
    asked: Mapping[TechnicianId, Asked]
    """Who said no lately: declined, let expire, gave it back, or was taken off it."""
    known_here: frozenset[TechnicianId]
    """Who completed a job of this ticket, or lately one in the same flat or at the same spot."""


@dataclass(frozen=True, kw_only=True)
class WaitingJob(JobCase):
    """A waiting job as it was found; `version` and `observed` are its work order's."""

    version: int
    observed: int
    is_due: bool
    is_unassignable: bool
    is_left_to_desk: bool
    pool: Pool | None
    is_misplaced: bool
    """Whether it should stand elsewhere (`put_in_place`)."""
    is_wrongly_marked: bool
    """Whether it is said to be for later and is not, or the other way round (`mark_anew`)."""
    place: Place


class CaseFields(TypedDict):
    id: JobId
    work_order_id: TicketId
    need: Need
    skills: tuple[SkillNeed, ...]
    asked: dict[TechnicianId, Asked]
    known_here: frozenset[TechnicianId]


async def waiting_page(
    tx: Transaction,
    site_id: SiteId,
    *,
    after: Place,
    due: Sequence[UUID],
    skills: Iterable[SkillNeed],
    skills_in_emergencies: Iterable[SkillNeed],
    since: datetime,
    limit: int,
) -> list[WaitingJob]:
    """Return waiting jobs after that place, the most urgent first, of equals the one that is due
    first: those that are `due` for a look, and those that need no more than these skills. The next
    page begins after the last `place` of them.
    """
    rank, due_s, work_order_id, id = after
    rows = await tx.rows(
        _NEXT_PAGE,
        site_id=site_id,
        rank=rank,
        due=due_s,
        work_order_id=work_order_id,
        id=id,
        looked_at=list(due),
        offered=levels(skills),
        offered_in_emergencies=levels(skills_in_emergencies),
        since=since,
        limit=limit,
    )
    cases = [(row, case_of(row)) for row in rows]
    return [
        WaitingJob(
            **case,
            version=row["version"],
            observed=row["observed"],
            is_due=row["is_due"],
            is_unassignable=row["is_unassignable"],
            is_left_to_desk=row["is_left_to_desk"],
            pool=_POOL.validate_python(row["pool"]),
            is_misplaced=row["is_misplaced"],
            is_wrongly_marked=row["is_marked_later"] != is_far_ahead(case["need"], now=tx.now),
            place=(row["rank"], row["due"], row["work_order_id"], row["id"]),
        )
        for row, case in cases
    ]


async def put_in_place(tx: Transaction, job_ids: Collection[UUID]) -> None:
    """Let waiting jobs stand where the rank of their work order and what is promised about it put
    them.
    """
    if job_ids:
        await tx.execute(_PUT_IN_PLACE, ids=list(job_ids))


async def mark_anew(tx: Transaction, jobs: Sequence[WaitingJob]) -> None:
    """Let turns read jobs whose time has come, and no more those that the resident wants later."""
    ids = [job.id for job in jobs]
    far_ahead = [job.id for job in jobs if is_far_ahead(job.need, now=tx.now)]
    if ids:
        await tx.execute(_MARK, ids=ids, far_ahead=far_ahead)


async def move_promised(tx: Transaction, due_at: Mapping[UUID, datetime | None]) -> None:
    """Let the waiting jobs of these work orders stand where what is promised about them now puts
    them (None: nothing is).
    """
    if due_at:
        await tx.execute(_PROMISED, ids=list(due_at.keys()), due_at=list(due_at.values()))


def levels(skills: Iterable[SkillNeed]) -> list[str]:
    """Return what these skills do for, as jobs say what is `needed`."""
    return sorted(
        {f"{skill.code}:{level}" for skill in skills for level in range(1, skill.level + 1)}
    )


async def load_case(tx: Transaction, job_id: UUID, *, since: datetime) -> JobCase:
    """Return what the rules look at; who said no counts since then. Raises NotFound."""
    row = await tx.row(_CASE_OF, job_id=job_id, since=since)
    if row is None:
        raise NotFound(f"There is no job {job_id}.")
    return JobCase(**case_of(row))


def case_of(row: Mapping[str, Any]) -> CaseFields:
    """Return the fields of a `JobCase`, of a row with the work order's need, `asked` and
    `known_here`.
    """
    need = need_from(row["need"])
    return {
        "id": JobId(row["id"]),
        "work_order_id": TicketId(row["work_order_id"]),
        "need": need,
        "skills": need.skills if row["skills"] is None else skills_from(row["skills"]),
        "asked": _ASKED_OF.validate_python(row["asked"] or {}),
        "known_here": frozenset(TechnicianId(id) for id in row["known_here"]),
    }
