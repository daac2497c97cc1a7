"""What waits for somebody, and where something changed that may help it: a site has a row in `wakes` for every look it is worth."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from pydantic import TypeAdapter
from sqlalchemy import text

from services.dispatch.domain.eligibility import Asked
from services.dispatch.domain.rules import SiteRules
from services.dispatch.store.tables import SiteRulesRow, WakeRow
from shared.contracts.base import SkillNeed
from shared.contracts.tickets import SiteV1
from shared.db.transaction import Transaction
from shared.errors import NotFound
from shared.ids import JobId, SiteId, TechnicianId, new_id
from shared.messaging.snapshots import entity_of

HAND_OUT = "hand_out"
"""The alarm that rings when a site is worth a look, and the lock of whoever hands out there."""

_RULES = TypeAdapter(SiteRules)
_ASKED = TypeAdapter(dict[TechnicianId, Asked])

_NEXT = text("select min(at) as at from wakes where site_id <> all(cast(:but as text[]))")
_SITE = """
    select s.site_id, clock_timestamp() as database_now, r.body as rules, r.version as rules_version,
        (select body ->> 'time_zone' from snapshots where entity = :entity and id = s.site_id) as time_zone"""
_RULES_OF_SITE = "left join site_rules r on r.site_id = s.site_id"
_LOAD_SITE = text(f"{_SITE} from (select cast(:site_id as text) as site_id) s {_RULES_OF_SITE}")
# Materialized, or the lock would be tried before the sites are in order, and those that are not taken be kept from others. Whatever
# wakes the site after this statement began is left for the next turn.
_TRY_LOCK = "pg_try_advisory_xact_lock(hashtextextended('hand_out:' || d.site_id, 0))"
_SOMETHING_WAITS = "exists (select from jobs where site_id = d.site_id and state = 'waiting' and not held)"
# A site where nothing waits is not locked, or new work would find it taken; two instances may then take the same looks away.
_TAKE_SITE = text(
    f"""
    with due as materialized (
        select site_id from wakes where at <= :now and site_id <> all(cast(:but as text[])) group by site_id order by min(at), site_id),
    turn as materialized (
        select d.site_id, waits from due d cross join lateral (select {_SOMETHING_WAITS} as waits) e
        where case when waits then {_TRY_LOCK} else true end limit 1),
    taken as (delete from wakes where id in (
        select w.id from wakes w join turn on turn.site_id = w.site_id where w.at <= :now for update of w skip locked))
    {_SITE}, s.waits from turn s {_RULES_OF_SITE}"""
)
_SAID_NO = """
        select technician_id, decided_at as at from offers
        where job_id = j.id and decided_at > :since
        and (state in ('declined', 'expired') or (state = 'withdrawn' and reason = 'withdrawn_by_staff'))
        union all
        select technician_id, ended_at from assignments where job_id = j.id and ended_at > :since and ended_as = 'waiting'"""
_BEEN_HERE = """
        select b.technician_id from jobs b where b.work_order_id = w.id and b.state = 'completed'
        union
        select b.technician_id from (
            select id from work_orders o where o.site_id = w.site_id and o.spot = w.spot and w.spot is not null
            order by o.id desc limit 20) here join jobs b on b.work_order_id = here.id where b.state = 'completed'"""
# What waits at a site comes before what is new there, so that such a site is left to whoever hands out.
_TAKE_UNDISPUTED = text(
    f"""
    with wanted as materialized (
        select * from unnest(cast(:ids as uuid[]), cast(:site_ids as text[]), cast(:spots as text[])) as w(id, site_id, spot)),
    turns as materialized (
        select site_id from (select distinct site_id from wanted order by site_id) d
        where case when {_SOMETHING_WAITS} then false else {_TRY_LOCK} end)
    {_SITE}, w.id, coalesce(extract(epoch from p.due_at)::float8, 'infinity') as due, array({_BEEN_HERE}) as known_here
    from turns s join wanted w on w.site_id = s.site_id left join promises p on p.id = w.id {_RULES_OF_SITE}"""
)
_CASE = f"""
    j.id, j.work_order_id, j.skills, w.need,
    (select jsonb_object_agg(technician_id, asked) from (
        select technician_id, jsonb_build_object('times', count(*), 'last', max(at)) as asked
        from ({_SAID_NO}) n group by technician_id) a) as asked,
    array({_BEEN_HERE}) as known_here"""
_CASE_OF = text(f"select {_CASE} from jobs j join work_orders w on w.id = j.work_order_id where j.id = :job_id")
_PAGE = text(
    f"""
    select {_CASE}, w.version, w.observed, w.unassignable_at is not null as is_unassignable, w.rank, k.due, k.is_due
    from jobs j join work_orders w on w.id = j.work_order_id left join promises p on p.id = w.id
    cross join lateral (
        select coalesce(extract(epoch from p.due_at)::float8, 'infinity') as due,
            (j.id, w.version, w.observed) not in (
                select job_id, version, observed from wakes where site_id = :site_id and at > :now and job_id is not null) as is_due) k
    where j.state = 'waiting' and not j.held and j.site_id = :site_id
    and (w.rank, k.due, w.id, j.id) > (:rank, :due, cast(:work_order_id as uuid), cast(:id as uuid))
    and (k.is_due or (w.rank <= :helped_to and j.needed <@ cast(:offered as text[])))
    order by w.rank, k.due, w.id, j.id limit :most"""
)
_WAKE_SITES_OF = """
    insert into wakes (id, site_id, at) select gen_random_uuid(), site_id, at from (
        select distinct unnest(t.sites) as site_id, given.at
        from json_to_recordset({rows}) as given(technician_id text, at timestamptz) join technicians t on t.id = given.technician_id) s"""
_WAKE_WHERE_DISTANCE_COUNTS = text("""
    insert into wakes (id, site_id, at) select gen_random_uuid(), r.site_id, :at
    from technicians t join site_rules r on r.site_id = any(t.sites) where t.id = :id and r.body ->> 'max_distance_m' is not null""")
_FORGET_LOOKS = text("delete from wakes where site_id = any(cast(:site_ids as text[])) and job_id is not null")


async def next_look(tx: Transaction, but: Collection[SiteId]) -> datetime | None:
    """When a site is worth a look next."""
    row = await tx.row(_NEXT, but=list(but))
    return None if row is None else row["at"]


async def take_site(tx: Transaction, but: Collection[SiteId], _: int) -> Sequence[Mapping[str, Any]]:
    """The site that has waited longest for its turn, but those that another instance is handing out at; what woke it is taken. As
    `load_site`, and whether anything `waits` there: if so, nobody else hands out there until the transaction ends."""
    rows = await tx.rows(_TAKE_SITE, now=tx.now, but=list(but), entity=entity_of(SiteV1))
    return [site_from(row) for row in rows]


async def take_undisputed(tx: Transaction, wanted: Iterable[tuple[UUID, str, str | None]]) -> Sequence[Mapping[str, Any]]:
    """Of these tickets (id, site, spot) those at sites where nothing waits and nobody hands out; nobody else does until the transaction
    ends. Before any other lock. A row names its ticket's `id`, `due` and who is `known_here`; the rest is for `site_from`."""
    ids, site_ids, spots = zip(*wanted, strict=True)
    return await tx.rows(_TAKE_UNDISPUTED, ids=ids, site_ids=site_ids, spots=spots, entity=entity_of(SiteV1))


async def load_site(tx: Transaction, site_id: SiteId) -> Mapping[str, Any]:
    """`site_id`, `rules` (SiteRules, the defaults where a site has none), `rules_version` (0 then), `time_zone`, `database_now`."""
    return site_from(*await tx.rows(_LOAD_SITE, site_id=site_id, entity=entity_of(SiteV1)))


def site_from(row: Mapping[str, Any]) -> Mapping[str, Any]:
    """A row about a site with its rules as values. Raises ValidationError for rules that this release cannot read."""
    rules = SiteRules() if row["rules"] is None else _RULES.validate_python(row["rules"])
    return {**row, "rules": rules, "rules_version": row["rules_version"] or 0}


def save_rules(tx: Transaction, site_id: SiteId, rules: SiteRules, *, version: int) -> None:
    tx.save(SiteRulesRow, {"site_id": site_id, "version": version, "body": rules})


async def waiting_page(
    tx: Transaction,
    site_id: SiteId,
    *,
    after: tuple[int, float, UUID, UUID],
    helped_to: int,
    skills: Iterable[SkillNeed],
    since: datetime,
    most: int,
) -> Sequence[Mapping[str, Any]]:
    """Waiting jobs after that place, the most urgent first, of equals the oldest: those due for a look, and those up to the rank
    `helped_to` that need no more than these skills. The place of a row is (`rank`, `due`, `work_order_id`, `id`); the rest is as in
    `load_case`."""
    rank, due, work_order_id, id = after
    return await tx.rows(
        _PAGE,
        site_id=site_id,
        now=tx.now,
        rank=rank,
        due=due,
        work_order_id=work_order_id,
        id=id,
        helped_to=helped_to,
        offered=sorted({f"{skill.code}:{level}" for skill in skills for level in range(1, skill.level + 1)}),
        since=since,
        most=most,
    )


async def load_case(tx: Transaction, job_id: UUID, *, since: datetime) -> Mapping[str, Any]:
    """What the rules look at: `need`, `skills` (None: the ticket's), who was `asked` since then and said no (declined, let expire,
    gave it back, or was taken off by staff), and who is `known_here` (completed a job of this ticket, or lately one in the same
    flat or at the same spot)."""
    row = await tx.row(_CASE_OF, job_id=job_id, since=since)
    if row is None:
        raise NotFound(f"There is no job {job_id}.")
    return row


def asked_from(row: Any) -> dict[TechnicianId, Asked]:
    return _ASKED.validate_python(row or {})


async def lock_sites(tx: Transaction, site_ids: Iterable[SiteId]) -> None:
    """Nobody hands out there until the transaction ends. Before any other lock."""
    await tx.lock(HAND_OUT, site_ids)


async def wake_afresh(tx: Transaction, site_ids: Sequence[SiteId]) -> None:
    """Every waiting job of these sites is worth a look at once. The sites are locked."""
    await tx.execute(_FORGET_LOOKS, site_ids=list(site_ids))
    for site_id in site_ids:
        wake_site(tx, site_id)


def wake_site(tx: Transaction, site_id: SiteId) -> None:
    """Something changed that may help what waits there."""
    tx.insert(WakeRow, {"id": new_id(), "site_id": site_id, "at": tx.now, "job_id": None, "version": None, "observed": None})
    tx.alarm(HAND_OUT, tx.now)


def look_again(tx: Transaction, site_id: SiteId, job_id: JobId, *, version: int, observed: int, at: datetime) -> None:
    """The job is worth no look before `at`, unless its work order or its ticket changes from these versions."""
    tx.insert(WakeRow, {"id": new_id(), "site_id": site_id, "at": at, "job_id": job_id, "version": version, "observed": observed})
    tx.alarm(HAND_OUT, at)


def wake_sites_of(tx: Transaction, technician_ids: Collection[TechnicianId]) -> None:
    """The sites where these technicians work. Committed with what frees them, or the news would be lost between the two."""
    tx.change(_WAKE_SITES_OF, *({"technician_id": id, "at": tx.now} for id in technician_ids))
    tx.alarm(HAND_OUT, tx.now)


async def wake_where_distance_counts(tx: Transaction, technician_id: TechnicianId) -> None:
    """Of the sites where this technician works, those at which somebody can be too far away."""
    if await tx.execute(_WAKE_WHERE_DISTANCE_COUNTS, id=technician_id, at=tx.now):
        tx.alarm(HAND_OUT, tx.now)
