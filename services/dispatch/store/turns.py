"""Sites: how they want their work handed out, and whose turn it is."""

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Any
from uuid import UUID

from pydantic import TypeAdapter
from sqlalchemy import text

from services.dispatch.domain.rules import SiteRules
from services.dispatch.store.planning_queue import HAND_OUT, NOW, is_news
from services.dispatch.store.tables import SiteRulesRow
from services.dispatch.store.waiting_jobs import KNOWN_HERE
from shared.contracts.tickets import SiteV1
from shared.db.reads import planned_once
from shared.db.transaction import Transaction
from shared.ids import SiteId, TechnicianId, TicketId
from shared.messaging.snapshots import entity_of

_RULES = TypeAdapter(SiteRules)
_MINUTES = TypeAdapter(dict[str, int])
_NAMES = TypeAdapter(dict[str, str])

# What the site's own service has said of it: its zone, and what work of a category takes where that
# is not the usual.
_KNOWN = """left join lateral (
        select
            body ->> 'time_zone' as time_zone,
            body ->> 'language' as language,
            (
                select jsonb_object_agg(c ->> 'code', c -> 'expected_minutes')
                from json_array_elements(body -> 'categories') as c
                where c -> 'expected_minutes' is not null
            ) as expected_minutes
        from snapshots where entity = :entity and id = s.site_id
    ) as known on true"""

# A site's rules and zone, neither of which it need have.
_LOAD_SITE = text(f"""
    select
        s.site_id,
        clock_timestamp() as database_now, r.body as rules, r.version as rules_version,
        known.time_zone, known.language, known.expected_minutes
    from (select cast(:site_id as text) as site_id) as s
    left join site_rules r on r.site_id = s.site_id
    {_KNOWN}""")
# The next site whose turn it is, locked, as `_LOAD_SITE` has it. A site where nothing waits is not
# locked, or new work would find it taken; what was to be looked at there is over, and two instances
# may both say so. `due` is materialized, or the lock would be tried before the sites are in order,
# and those that are not taken be kept from others. Whatever queues the site after this statement
# began is left for the next turn.
_CLAIM_SITE = text(f"""
    with due as materialized (
        select site_id from planning_queue
        where at <= {NOW} and site_id <> all({planned_once(":excluding", "text")})
        group by site_id
        order by coalesce(array_position({planned_once(":served", "text")}, site_id), 0), min(at),
          site_id
    ),
    turn as materialized (
        select d.site_id, e.waits
        from due d
        cross join lateral (
            select exists (
                select from jobs where site_id = d.site_id and state = 'waiting' and not held
            ) as waits
        ) as e
        where case when e.waits
            then pg_try_advisory_xact_lock(hashtextextended('hand_out:' || d.site_id, 0))
            else true end
        limit 1
    ),
    cleared as (
        delete from planning_queue where id = any(array(
            select w.id from planning_queue w join turn on turn.site_id = w.site_id
            where not turn.waits and w.at <= {NOW}
            for update of w skip locked
        ))
    )
    select
        s.site_id, s.waits,
        exists (
            select from planning_queue
            where site_id = s.site_id and at <= {NOW} and job_id is null and technician_id is null
        ) as everything,
        clock_timestamp() as database_now, r.body as rules, r.version as rules_version,
        known.time_zone, known.language, known.expected_minutes
    from turn s
    left join site_rules r on r.site_id = s.site_id
    {_KNOWN}""")
# Those of some new tickets that may be offered at once, with their sites locked and as `_LOAD_SITE`
# has them, and who is `known_here` as `waiting_jobs` has it. Where news in `planning_queue` has not
# been acted on and something waits, that comes before what is new: the site is left to its turn.
_CLAIM_UNDISPUTED = text(f"""
    with wanted as materialized (
        select * from unnest(
            {planned_once(":ids", "uuid")}, {planned_once(":site_ids", "text")},
            {planned_once(":spots", "text")}
        ) as w(id, site_id, spot)
    ),
    turns as materialized (
        select d.site_id from (select distinct site_id from wanted order by site_id) as d
        where case when {is_news("d.site_id")} and exists (
                select from jobs where site_id = d.site_id and state = 'waiting' and not held
            )
            then false
            else pg_try_advisory_xact_lock(hashtextextended('hand_out:' || d.site_id, 0)) end
    )
    select
        s.site_id, w.id,
        coalesce(extract(epoch from p.due_at)::float8, 'infinity') as due,
        {KNOWN_HERE},
        clock_timestamp() as database_now, r.body as rules, r.version as rules_version,
        known.time_zone, known.language, known.expected_minutes
    from turns s
    join wanted w on w.site_id = s.site_id
    left join promises p on p.id = w.id
    left join site_rules r on r.site_id = s.site_id
    {_KNOWN}""")

_SKILL_NAMES = text("""
    select c ->> 'code' as code, c -> 'names' as names
    from snapshots, json_array_elements(body -> 'categories') as c
    where entity = :entity and id = :site_id and c -> 'names' is not null""")

_SERVED = "hand_out.served"


@dataclass(frozen=True, kw_only=True)
class Site:
    """How a site wants its work handed out, with the database's time when that was read."""

    site_id: SiteId
    rules: SiteRules
    """The defaults where a site has none."""
    rules_version: int
    """0 where a site has none."""
    time_zone: str | None
    """An IANA name, None for a site of which no snapshot has come yet."""
    language: str | None
    """A language tag, None where it is the default or the site is not known."""
    expected_minutes: Mapping[str, int]
    """What work of a category takes, where it is not the usual."""
    database_now: datetime


@dataclass(frozen=True, kw_only=True)
class SiteTurn:
    """A site whose turn it is."""

    site_id: SiteId
    waits: bool
    """Whether work waits there: if so, no other turn begins there until the transaction ends."""
    everything: bool
    """Whether all of it is to be looked at."""
    read_site: Callable[[], Site]
    """Raises ValidationError for rules that this release cannot read, so that acting on them fails
    for that site alone.
    """


@dataclass(frozen=True, kw_only=True)
class TicketTurn:
    """A ticket at a site where it may be offered at once; no turn begins there until the
    transaction ends.
    """

    id: TicketId
    due: float
    """Seconds since 1970, infinity where nothing is promised."""
    known_here: frozenset[TechnicianId]
    read_site: Callable[[], Site]
    """Raises ValidationError, as above."""


async def claim_site(tx: Transaction, excluding: Collection[SiteId], _: int) -> list[SiteTurn]:
    """Return the site that has waited longest for its turn, but those that another is handing out
    at.

    Sites that this instance left with looks that are still due come after all others, in the order
    of their turns.
    """
    served = list(tx.memory.get(_SERVED, ()))
    rows = await tx.rows(
        _CLAIM_SITE, now=tx.now, excluding=list(excluding), served=served, entity=entity_of(SiteV1)
    )
    return [
        SiteTurn(
            site_id=SiteId(row["site_id"]),
            waits=row["waits"],
            everything=row["everything"],
            read_site=partial(_site, row),
        )
        for row in rows
    ]


def was_served(tx: Transaction, site_id: SiteId, *, looks_left: bool) -> None:
    """Let a site that has had its turn and has more to be done come after the others."""

    def remember() -> None:
        served = [each for each in tx.memory.get(_SERVED, ()) if each != site_id]
        tx.memory[_SERVED] = [*served, site_id] if looks_left else served

    tx.after_commit(remember)


async def claim_undisputed(
    tx: Transaction, wanted: Iterable[tuple[UUID, str, str | None]]
) -> list[TicketTurn]:
    """Return of these tickets (id, site, spot) those at sites where nothing waits, or all news was
    acted on, and no turn is under way. Before any other lock.
    """
    ids, site_ids, spots = zip(*wanted, strict=True)
    rows = await tx.rows(
        _CLAIM_UNDISPUTED,
        ids=ids,
        site_ids=site_ids,
        spots=spots,
        now=tx.now,
        entity=entity_of(SiteV1),
    )
    return [
        TicketTurn(
            id=TicketId(row["id"]),
            due=row["due"],
            known_here=frozenset(TechnicianId(id) for id in row["known_here"]),
            read_site=partial(_site, row),
        )
        for row in rows
    ]


async def load_site(tx: Transaction, site_id: SiteId) -> Site:
    """Return how the site wants its work handed out. Raises ValidationError."""
    [row] = await tx.rows(_LOAD_SITE, site_id=site_id, entity=entity_of(SiteV1))
    return _site(row)


async def load_skill_names(tx: Transaction, site_id: SiteId) -> dict[str, dict[str, str]]:
    """Return what the site calls its skills, by code and language: a skill has the name of the
    category of its code.
    """
    rows = await tx.rows(_SKILL_NAMES, site_id=site_id, entity=entity_of(SiteV1))
    return {row["code"]: _NAMES.validate_python(row["names"]) for row in rows}


def save_rules(tx: Transaction, site_id: SiteId, rules: SiteRules, *, version: int) -> None:
    tx.save(SiteRulesRow, {"site_id": site_id, "version": version, "body": rules})


async def lock_sites(tx: Transaction, site_ids: Iterable[SiteId]) -> None:
    """Lock the sites against handing out until the transaction ends. Before any other lock."""
    await tx.lock(HAND_OUT, site_ids)


def _site(row: Mapping[str, Any]) -> Site:
    return Site(
        site_id=SiteId(row["site_id"]),
        rules=SiteRules() if row["rules"] is None else _RULES.validate_python(row["rules"]),
        rules_version=row["rules_version"] or 0,
        time_zone=row["time_zone"],
        language=row["language"],
        expected_minutes=_MINUTES.validate_python(row["expected_minutes"] or {}),
        database_now=row["database_now"],
    )
