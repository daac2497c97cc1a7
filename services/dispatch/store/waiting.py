"""What waits at a site, with all that the rules look at, and whose turn it is."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from pydantic import TypeAdapter
from sqlalchemy import text

from services.dispatch.domain.eligibility import Asked
from services.dispatch.domain.rules import SiteRules
from services.dispatch.store.looks import HAND_OUT, NEWS
from services.dispatch.store.tables import SiteRulesRow
from shared.contracts.base import SkillNeed
from shared.contracts.tickets import SiteV1
from shared.db.transaction import Transaction
from shared.errors import NotFound
from shared.ids import SiteId, TechnicianId
from shared.messaging.snapshots import entity_of

_RULES = TypeAdapter(SiteRules)
_ASKED = TypeAdapter(dict[TechnicianId, Asked])

_SITE = """
    select s.site_id, clock_timestamp() as database_now, r.body as rules,
      r.version as rules_version,
        (select body ->> 'time_zone' from snapshots where entity = :entity
          and id = s.site_id) as time_zone"""
_RULES_OF_SITE = "left join site_rules r on r.site_id = s.site_id"
_LOAD_SITE = text(f"{_SITE} from (select cast(:site_id as text) as site_id) s {_RULES_OF_SITE}")
# Materialized, or the lock would be tried before the sites are in order, and those that are not
# taken be kept from others. Whatever wakes the site after this statement began is left for the next
# turn.
_TRY_LOCK = "pg_try_advisory_xact_lock(hashtextextended('hand_out:' || d.site_id, 0))"
_SOMETHING_WAITS = (
    "exists (select from jobs where site_id = d.site_id and state = 'waiting' and not held)"
)
# A site where nothing waits is not locked, or new work would find it taken; two instances may then
# take the same looks away.
_TAKE_SITE = text(
    f"""
    with due as materialized (
        select site_id from wakes where at <= :now and site_id <> all(cast(:but as text[]))
          group by site_id
        order by coalesce(array_position(cast(:served as text[]), site_id), 0), min(at), site_id),
    turn as materialized (
        select d.site_id, waits from due d cross join lateral (select {_SOMETHING_WAITS} as waits) e
        where case when waits then {_TRY_LOCK} else true end limit 1),
    cleared as (delete from wakes where id in (
        select w.id from wakes w join turn on turn.site_id = w.site_id where not turn.waits
          and w.at <= :now for update of w skip locked))
    {_SITE}, s.waits,
        exists (select from wakes where site_id = s.site_id and at <= :now and job_id is null
          and technician_id is null) as everything
    from turn s {_RULES_OF_SITE}"""
)
_SAID_NO = """
        select technician_id, decided_at as at from offers
        where job_id = j.id and decided_at > :since
        and (state in ('declined', 'expired') or (state = 'withdrawn'
          and reason = 'withdrawn_by_staff'))
        union all
        select technician_id, ended_at from assignments where job_id = j.id and ended_at > :since
          and ended_as = 'waiting'"""
_BEEN_HERE = """
        select b.technician_id from jobs b where b.work_order_id = w.id and b.state = 'completed'
        union
        select b.technician_id from (
            select id from work_orders o where o.site_id = w.site_id and o.spot = w.spot
              and w.spot is not null
            order by o.id desc limit 20) here join jobs b on b.work_order_id = here.id
              where b.state = 'completed'"""
# What has not been acted on comes before what is new, so that such a site is left to its turn.
_TAKE_UNDISPUTED = text(
    f"""
    with wanted as materialized (
        select * from unnest(cast(:ids as uuid[]), cast(:site_ids as text[]),
          cast(:spots as text[])) as w(id, site_id, spot)),
    turns as materialized (
        select site_id from (select distinct site_id from wanted order by site_id) d
        where case when exists (select from wakes where site_id = d.site_id and {NEWS})
          and {_SOMETHING_WAITS} then false
            else {_TRY_LOCK} end)
    {_SITE}, w.id, coalesce(extract(epoch from p.due_at)::float8, 'infinity') as due,
      array({_BEEN_HERE}) as known_here
    from turns s join wanted w on w.site_id = s.site_id left join promises p
      on p.id = w.id {_RULES_OF_SITE}"""
)
_CASE = f"""
    j.id, j.work_order_id, j.skills, w.need,
    (select jsonb_object_agg(technician_id, asked) from (
        select technician_id, jsonb_build_object('times', count(*), 'last', max(at)) as asked
        from ({_SAID_NO}) n group by technician_id) a) as asked,
    array({_BEEN_HERE}) as known_here"""
_CASE_OF = text(
    f"select {_CASE} from jobs j join work_orders w on w.id = j.work_order_id where j.id = :job_id"
)
_WAITS = "state = 'waiting' and not held and site_id = :site_id"
# What is needed at a site is a handful of combinations, however much waits: the recursion goes from
# one to the next in the index, and of each that the technicians offer as many jobs are read as the
# page may hold, in the order in which they stand there.
_AT_PLACE = "rank, due_at, work_order_id, id"
_BEHIND = (
    f"({_AT_PLACE}) > (:rank, to_timestamp(:due), cast(:work_order_id as uuid), cast(:id as uuid))"
)
_NEXT_OF_KIND = f"""
        select k.needed, n.* from kinds k join lateral (
            select {_AT_PLACE}, id = any(cast(:looked_at as uuid[])) as is_due from jobs
            where {_WAITS} and needed = k.needed and {_BEHIND} {{and_rank}} order by {_AT_PLACE}
              limit :most) n on true"""
_PAGE = text(
    f"""
    with recursive kinds as (
        (select needed from jobs where {_WAITS} order by needed limit 1)
        union all
        select (select needed from jobs where {_WAITS} and needed > k.needed order by needed
          limit 1)
        from kinds k where k.needed is not null),
    found as (
        select needed, {_AT_PLACE}, true as is_due from jobs where {_WAITS}
          and id = any(cast(:looked_at as uuid[])) and {_BEHIND}
        union {_NEXT_OF_KIND.format(and_rank="")} where k.needed <@ cast(:offered as text[])
        union {_NEXT_OF_KIND.format(and_rank="and rank = 0")}
        where k.needed <@ cast(:offered_in_emergencies as text[])
          and not k.needed <@ cast(:offered as text[])),
    places as materialized (select {_AT_PLACE}, is_due from found order by {_AT_PLACE} limit :most)
    select {_CASE}, w.version, w.observed, w.unassignable_at is not null as is_unassignable,
      l.is_due,
        l.rank, extract(epoch from l.due_at)::float8 as due,
        (l.rank, l.due_at) <> (w.rank, coalesce(p.due_at, 'infinity')) as is_misplaced
    from places l join jobs j on j.id = l.id join work_orders w on w.id = l.work_order_id left
      join promises p on p.id = w.id
    order by w.rank, coalesce(p.due_at, 'infinity'), w.id, j.id"""
)
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

Place = tuple[int, float, UUID, UUID]
"""Of a waiting job among the others: rank, due (seconds since 1970), work order, job."""
FIRST: Place = (-1, 0.0, UUID(int=0), UUID(int=0))

_SERVED = "hand_out.served"


async def take_site(
    tx: Transaction, but: Collection[SiteId], _: int
) -> Sequence[Mapping[str, Any]]:
    """The site that has waited longest for its turn, but those that another is handing out at. As
    `load_site`, and whether anything `waits` there: if so, no other turn begins there until the
    transaction ends; `everything`: whether all of it is to be looked at.

    Sites that this instance left with looks that are still due come after all others, in the order
    of their turns.
    """
    served = list(tx.memory.get(_SERVED, ()))
    rows = await tx.rows(
        _TAKE_SITE, now=tx.now, but=list(but), served=served, entity=entity_of(SiteV1)
    )
    return [site_from(row) for row in rows]


def was_served(tx: Transaction, site_id: SiteId, *, looks_left: bool) -> None:
    """Let a site that has had its turn and has more to be done come after the others."""

    def remember() -> None:
        served = [each for each in tx.memory.get(_SERVED, ()) if each != site_id]
        tx.memory[_SERVED] = [*served, site_id] if looks_left else served

    tx.after_commit(remember)


async def take_undisputed(
    tx: Transaction, wanted: Iterable[tuple[UUID, str, str | None]]
) -> Sequence[Mapping[str, Any]]:
    """Of these tickets (id, site, spot) those at sites where nothing waits, or all news was acted
    on, and no turn is under way; none begins until the transaction ends. Before any other lock. A
    row names its ticket's `id`, `due` and who is `known_here`; the rest is for `site_from`.
    """
    ids, site_ids, spots = zip(*wanted, strict=True)
    return await tx.rows(
        _TAKE_UNDISPUTED,
        ids=ids,
        site_ids=site_ids,
        spots=spots,
        now=tx.now,
        entity=entity_of(SiteV1),
    )


async def load_site(tx: Transaction, site_id: SiteId) -> Mapping[str, Any]:
    """`site_id`, `rules` (SiteRules, the defaults where a site has none), `rules_version` (0 then),
    `time_zone`, `database_now`.
    """
    return site_from(*await tx.rows(_LOAD_SITE, site_id=site_id, entity=entity_of(SiteV1)))


def site_from(row: Mapping[str, Any]) -> Mapping[str, Any]:
    """A row about a site with its rules as values.

    Raises ValidationError for rules that this release cannot read.
    """
    rules = SiteRules() if row["rules"] is None else _RULES.validate_python(row["rules"])
    return {**row, "rules": rules, "rules_version": row["rules_version"] or 0}


def save_rules(tx: Transaction, site_id: SiteId, rules: SiteRules, *, version: int) -> None:
    tx.save(SiteRulesRow, {"site_id": site_id, "version": version, "body": rules})


async def waiting_page(
    tx: Transaction,
    site_id: SiteId,
    *,
    after: Place,
    due: Sequence[UUID],
    skills: Iterable[SkillNeed],
    skills_in_emergencies: Iterable[SkillNeed],
    since: datetime,
    most: int,
) -> Sequence[Mapping[str, Any]]:
    """Return waiting jobs after that place, the most urgent first, of equals the one that is due
    first: those that are `due` for a look, and those that need no more than these skills. The next
    page begins after the last `place_of` them; `is_misplaced`: it should stand elsewhere
    (`put_in_place`); the rest is as in `load_case`.
    """
    rank, due_s, work_order_id, id = after
    return await tx.rows(
        _PAGE,
        site_id=site_id,
        rank=rank,
        due=due_s,
        work_order_id=work_order_id,
        id=id,
        looked_at=list(due),
        offered=_levels(skills),
        offered_in_emergencies=_levels(skills_in_emergencies),
        since=since,
        most=most,
    )


def place_of(row: Mapping[str, Any]) -> Place:
    return row["rank"], row["due"], row["work_order_id"], row["id"]


async def put_in_place(tx: Transaction, job_ids: Collection[UUID]) -> None:
    """Let waiting jobs stand where the rank of their work order and what is promised about it put
    them.
    """
    if job_ids:
        await tx.execute(_PUT_IN_PLACE, ids=list(job_ids))


async def move_promised(tx: Transaction, due_at: Mapping[UUID, datetime | None]) -> None:
    """Let the waiting jobs of these work orders stand where what is promised about them now puts
    them (None: nothing is).
    """
    if due_at:
        await tx.execute(_PROMISED, ids=list(due_at.keys()), due_at=list(due_at.values()))


def _levels(skills: Iterable[SkillNeed]) -> list[str]:
    return sorted(
        {f"{skill.code}:{level}" for skill in skills for level in range(1, skill.level + 1)}
    )


async def load_case(tx: Transaction, job_id: UUID, *, since: datetime) -> Mapping[str, Any]:
    """What the rules look at: `need`, `skills` (None: the ticket's), who was `asked` since then and
    said no (declined, let expire, gave it back, or was taken off by staff), and who is `known_here`
    (completed a job of this ticket, or lately one in the same flat or at the same spot).
    """
    row = await tx.row(_CASE_OF, job_id=job_id, since=since)
    if row is None:
        raise NotFound(f"There is no job {job_id}.")
    return row


def asked_from(row: Any) -> dict[TechnicianId, Asked]:
    return _ASKED.validate_python(row or {})


async def lock_sites(tx: Transaction, site_ids: Iterable[SiteId]) -> None:
    """Nobody hands out there until the transaction ends. Before any other lock."""
    await tx.lock(HAND_OUT, site_ids)
