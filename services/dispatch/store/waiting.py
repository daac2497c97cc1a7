"""What waits for somebody, and where something changed that may help it."""

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
from shared.ids import SiteId, TechnicianId, new_id
from shared.messaging.snapshots import entity_of

_RULES = TypeAdapter(SiteRules)
_ASKED = TypeAdapter(dict[TechnicianId, Asked])

_NEXT = text("""
    (select site_id, null::timestamptz as try_at, 0 as n from wakes where site_id <> all(cast(:but as text[])) limit 1)
    union all (select site_id, try_at, 1 from jobs where state = 'waiting' and not held and site_id <> all(cast(:but as text[]))
               order by try_at nulls first limit 1)
    order by n limit 1""")
_ABOUT = """clock_timestamp() as database_now,
        (select body from site_rules where site_id = :site_id) as rules,
        (select version from site_rules where site_id = :site_id) as rules_version,
        (select body ->> 'time_zone' from snapshots where entity = :entity and id = :site_id) as time_zone"""
_SITE = text(f"select {_ABOUT}")
# Whatever wakes the site after this statement began is left for the next round. The lock comes before the clock is read.
_TAKE_SITE = text(
    f"""
    with one_at_a_time as materialized (select pg_advisory_xact_lock(hashtextextended('hand_out:' || :site_id, 0))),
    taken as (delete from wakes where site_id = :site_id and exists (select from one_at_a_time))
    select (select count(*) from one_at_a_time) as locked, {_ABOUT}"""  # noqa: S608 - made of constants alone
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
_CASE = f"""
    j.id, j.work_order_id, j.skills, w.need,
    (select jsonb_object_agg(technician_id, asked) from (
        select technician_id, jsonb_build_object('times', count(*), 'last', max(at)) as asked
        from ({_SAID_NO}) n group by technician_id) a) as asked,
    array({_BEEN_HERE}) as known_here"""  # noqa: S608
_CASE_OF = text(f"select {_CASE} from jobs j join work_orders w on w.id = j.work_order_id where j.id = :job_id")  # noqa: S608
_PAGE = text(
    f"""
    select {_CASE}, w.rank, k.due, k.is_due
    from jobs j join work_orders w on w.id = j.work_order_id
    cross join lateral (select coalesce(extract(epoch from w.due_at)::float8, 'infinity') as due,
                               (j.try_at is null or j.try_at <= :now) as is_due) k
    where j.state = 'waiting' and not j.held and j.site_id = :site_id and (w.rank, k.due, j.id) > (:rank, :due, cast(:id as uuid))
    and (k.is_due or (w.rank <= :helped_to and j.needed <@ cast(:offered as text[])))
    order by w.rank, k.due, j.id limit :most"""  # noqa: S608
)
_WAKE_SITES_OF = text("""
    insert into wakes (id, site_id) select gen_random_uuid(), s.site_id from (
        select distinct unnest(sites) as site_id from technicians where id = any(cast(:ids as text[])) order by 1) s""")
_TRY_ALL = text("""
    update jobs set try_at = null where id in (
        select id from jobs where site_id = :site_id and state = 'waiting' and try_at is not null order by id for update)""")


async def next_site(tx: Transaction, but: Collection[SiteId]) -> SiteId | None:
    """A site where something is to be looked at now."""
    row = await tx.row(_NEXT, but=list(but))
    return None if row is None or (row["try_at"] or tx.now) > tx.now else SiteId(row["site_id"])


async def next_try(tx: Transaction, but: Collection[SiteId]) -> datetime | None:
    """When something is to be looked at next."""
    row = await tx.row(_NEXT, but=list(but))
    return None if row is None else row["try_at"] or tx.now


async def load_site(tx: Transaction, site_id: SiteId) -> Mapping[str, Any]:
    """`rules` (SiteRules, the defaults where a site has none), `rules_version` (0 then), `time_zone`, `database_now`."""
    return _about(await tx.row(_SITE, site_id=site_id, entity=entity_of(SiteV1)))


async def take_site(tx: Transaction, site_id: SiteId) -> Mapping[str, Any]:
    """The same, for whoever hands out there: one at a time until the transaction ends, and what woke the site is taken."""
    return _about(await tx.row(_TAKE_SITE, site_id=site_id, entity=entity_of(SiteV1)))


def _about(row: Mapping[str, Any] | None) -> Mapping[str, Any]:
    found = dict(row or {})
    rules = found.get("rules")
    return {
        **found,
        "rules": SiteRules() if rules is None else _RULES.validate_python(rules),
        "rules_version": found.get("rules_version") or 0,
    }


def save_rules(tx: Transaction, site_id: SiteId, rules: SiteRules, *, version: int) -> None:
    tx.save(SiteRulesRow, {"site_id": site_id, "version": version, "body": rules})


async def waiting_page(
    tx: Transaction,
    site_id: SiteId,
    *,
    after: tuple[int, float, UUID],
    helped_to: int,
    skills: Iterable[SkillNeed],
    since: datetime,
    most: int,
) -> Sequence[Mapping[str, Any]]:
    """Waiting jobs after that place, the most urgent first: those due for a look, and those up to the rank `helped_to` that need no
    more than these skills. The place of a row is (`rank`, `due`, `id`); the rest is as in `load_case`."""
    rank, due, id = after
    return await tx.rows(
        _PAGE,
        site_id=site_id,
        now=tx.now,
        rank=rank,
        due=due,
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


async def try_all(tx: Transaction, site_id: SiteId) -> None:
    """Every waiting job of the site is worth a look at once."""
    await tx.execute(_TRY_ALL, site_id=site_id)


def wake_site(tx: Transaction, site_id: SiteId) -> None:
    tx.insert(WakeRow, {"id": new_id(), "site_id": site_id})


async def wake_sites_of(tx: Transaction, technician_ids: Sequence[TechnicianId]) -> None:
    """The sites where these technicians work. Committed with what frees them, or the news would be lost between the two."""
    await tx.execute(_WAKE_SITES_OF, ids=sorted(set(technician_ids)))
