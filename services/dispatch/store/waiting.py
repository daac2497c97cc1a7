"""What waits for somebody, and where something changed that may help it."""

from collections.abc import Iterable, Mapping, Sequence
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
from shared.ids import SiteId, TechnicianId, new_id
from shared.messaging.snapshots import entity_of

_RULES = TypeAdapter(SiteRules)

_WOKEN = text("select site_id from wakes limit 1")
_TO_TRY = text("""
    select site_id, try_at from jobs where state = 'waiting' and not held order by try_at nulls first limit 1""")
_TAKE_WAKES = text("delete from wakes where site_id = :site_id")
_SITE = text("""
    select clock_timestamp() as database_now,
        (select body from site_rules where site_id = :site_id) as rules,
        (select version from site_rules where site_id = :site_id) as rules_version,
        (select body ->> 'time_zone' from snapshots where entity = :entity and id = :site_id) as time_zone""")
_PAGE = text("""
    select j.id, j.work_order_id, j.skills, w.need, w.rank, k.due, k.is_due
    from jobs j join work_orders w on w.id = j.work_order_id
    cross join lateral (select coalesce(extract(epoch from w.due_at)::float8, 'infinity') as due,
                               (j.try_at is null or j.try_at <= :now) as is_due) k
    where j.state = 'waiting' and not j.held and j.site_id = :site_id and (w.rank, k.due, j.id) > (:rank, :due, cast(:id as uuid))
    and (k.is_due or (w.rank <= :helped_to and j.needed <@ cast(:offered as text[])))
    order by w.rank, k.due, j.id limit :most""")
_ASKED = text("""
    select job_id, technician_id, count(*) as times, max(at) as last from (
        select job_id, technician_id, decided_at as at from offers
        where job_id = any(cast(:job_ids as uuid[])) and decided_at > :since
        and (state in ('declined', 'expired') or (state = 'withdrawn' and reason = 'withdrawn_by_staff'))
        union all
        select job_id, technician_id, ended_at from assignments
        where job_id = any(cast(:job_ids as uuid[])) and ended_at > :since and ended_as = 'waiting') said_no
    group by job_id, technician_id""")
_KNOWN_HERE = text("""
    select w.id as work_order_id, array_agg(distinct before.technician_id) as technicians
    from work_orders w join lateral (
        select j.technician_id from jobs j where j.work_order_id = w.id and j.state = 'completed'
        union all
        select j.technician_id from (
            select id from work_orders o where o.site_id = w.site_id and o.spot = w.spot and w.spot is not null
            order by o.id desc limit 20) here join jobs j on j.work_order_id = here.id where j.state = 'completed') before on true
    where w.id = any(cast(:work_order_ids as uuid[])) group by w.id""")
_WAKE_SITES_OF = text("""
    insert into wakes (id, site_id) select gen_random_uuid(), s.site_id from (
        select distinct unnest(sites) as site_id from technicians where id = any(cast(:ids as text[])) order by 1) s""")
_TRY_ALL = text("""
    update jobs set try_at = null where id in (
        select id from jobs where site_id = :site_id and state = 'waiting' and try_at is not null order by id for update)""")


async def next_site(tx: Transaction) -> SiteId | None:
    """A site where something is to be looked at now."""
    row = await tx.row(_WOKEN) or await tx.row(_TO_TRY)
    if row is None or (row.get("try_at") or tx.now) > tx.now:
        return None
    return SiteId(row["site_id"])


async def next_try(tx: Transaction) -> datetime | None:
    """When something is to be looked at next."""
    if await tx.row(_WOKEN):
        return tx.now
    row = await tx.row(_TO_TRY)
    return None if row is None else row["try_at"] or tx.now


async def take_wakes(tx: Transaction, site_id: SiteId) -> None:
    await tx.execute(_TAKE_WAKES, site_id=site_id)


async def load_site(tx: Transaction, site_id: SiteId) -> Mapping[str, Any]:
    """`rules` (SiteRules, the defaults where a site has none), `rules_version` (0 then), `time_zone`, `database_now`."""
    row = await tx.row(_SITE, site_id=site_id, entity=entity_of(SiteV1))
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
    tx: Transaction, site_id: SiteId, *, after: tuple[int, float, UUID], helped_to: int, skills: Iterable[SkillNeed], most: int
) -> Sequence[Mapping[str, Any]]:
    """Waiting jobs after that place, the most urgent first: those due for a look, and those up to the rank `helped_to` that need no
    more than these skills. The place of a row is (`rank`, `due`, `id`)."""
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
        most=most,
    )


async def find_asked(tx: Transaction, job_ids: Sequence[UUID], *, since: datetime) -> dict[UUID, dict[TechnicianId, Asked]]:
    """Who said no to these jobs since then: declined, let expire, gave back, or was taken off by staff."""
    found: dict[UUID, dict[TechnicianId, Asked]] = {}
    for row in await tx.rows(_ASKED, job_ids=list(job_ids), since=since):
        found.setdefault(row["job_id"], {})[TechnicianId(row["technician_id"])] = Asked(times=row["times"], last=row["last"])
    return found


async def find_known_here(tx: Transaction, work_order_ids: Sequence[UUID]) -> dict[UUID, frozenset[TechnicianId]]:
    """Who completed a job of this ticket before, or lately one in the same flat or at the same spot."""
    rows = await tx.rows(_KNOWN_HERE, work_order_ids=list(work_order_ids))
    return {row["work_order_id"]: frozenset(TechnicianId(id) for id in row["technicians"]) for row in rows}


async def try_all(tx: Transaction, site_id: SiteId) -> None:
    """Every waiting job of the site is worth a look at once."""
    await tx.execute(_TRY_ALL, site_id=site_id)


def wake_site(tx: Transaction, site_id: SiteId) -> None:
    tx.insert(WakeRow, {"id": new_id(), "site_id": site_id})


async def wake_sites_of(tx: Transaction, technician_ids: Sequence[TechnicianId]) -> None:
    """The sites where these technicians work. Committed with what frees them, or the news would be lost between the two."""
    await tx.execute(_WAKE_SITES_OF, ids=sorted(set(technician_ids)))
