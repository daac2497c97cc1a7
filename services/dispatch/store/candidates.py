"""Technicians with how much they have to do, as those who hand out work look at them."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from datetime import timedelta
from typing import Any

from pydantic import TypeAdapter
from sqlalchemy import text

from services.dispatch.domain.places import Point
from services.dispatch.domain.technician import Candidate, Load, Technician
from services.dispatch.store.planning_queue import is_news
from services.dispatch.store.technicians import technician_of
from shared.db.reads import planned_once, unseen
from shared.db.transaction import Transaction
from shared.ids import SiteId, TechnicianId

_POINT = TypeAdapter(Point)

_RECENT = timedelta(hours=24)

_LATELY = unseen(":lately", "timestamptz")

_LOCK = text(
    "select id from technicians where id = any(cast(:ids as text[])) order by id for update"
)
_TRY_LOCK = text(
    "select id from technicians where id = any(cast(:ids as text[])) order by id "
    "for update skip locked"
)
# What the technicians of a site have to do. Who they are is read by `_SEEN`, where it is not
# remembered as it was seen last.
_OF_SITE = text(f"""
    select
        t.id, t.xmin as seen, h.holds, o.open_offers, l.taken_lately,
        (
            select w.need -> 'point' from assignments d
            join jobs j on j.id = d.job_id join work_orders w on w.id = j.work_order_id
            where d.technician_id = t.id and d.doing and d.ended_at is null
        ) as works_at
    from technicians t
    cross join lateral (
        select count(*) as holds from assignments
        where technician_id = t.id and ended_at is null
    ) as h
    cross join lateral (
        select count(*) as open_offers from offers
        where technician_id = t.id and state = 'open'
    ) as o
    cross join lateral (
        select count(*) as taken_lately from assignments
        where technician_id = t.id and accepted_at > {_LATELY}
    ) as l
    where t.removed_at is null and t.sites @> array[cast(:site_id as text)]
    order by t.id""")
# The same of these technicians.
_THESE = text(f"""
    select
        t.id, t.xmin as seen, h.holds, o.open_offers, l.taken_lately,
        (
            select w.need -> 'point' from assignments d
            join jobs j on j.id = d.job_id join work_orders w on w.id = j.work_order_id
            where d.technician_id = t.id and d.doing and d.ended_at is null
        ) as works_at
    from technicians t
    cross join lateral (
        select count(*) as holds from assignments
        where technician_id = t.id and ended_at is null
    ) as h
    cross join lateral (
        select count(*) as open_offers from offers
        where technician_id = t.id and state = 'open'
    ) as o
    cross join lateral (
        select count(*) as taken_lately from assignments
        where technician_id = t.id and accepted_at > {_LATELY}
    ) as l
    where t.removed_at is null and t.id = any({planned_once(":ids", "text")})
    order by t.id""")
# The same of the site's technicians and of these. Each has a statement of its own, so that no plan
# depends on what is asked for.
_ANYWHERE = text(f"""
    select
        t.id, t.xmin as seen, h.holds, o.open_offers, l.taken_lately,
        (
            select w.need -> 'point' from assignments d
            join jobs j on j.id = d.job_id join work_orders w on w.id = j.work_order_id
            where d.technician_id = t.id and d.doing and d.ended_at is null
        ) as works_at
    from technicians t
    cross join lateral (
        select count(*) as holds from assignments
        where technician_id = t.id and ended_at is null
    ) as h
    cross join lateral (
        select count(*) as open_offers from offers
        where technician_id = t.id and state = 'open'
    ) as o
    cross join lateral (
        select count(*) as taken_lately from assignments
        where technician_id = t.id and accepted_at > {_LATELY}
    ) as l
    where t.removed_at is null and (
        t.sites @> array[cast(:site_id as text)] or t.id = any({planned_once(":ids", "text")}))
    order by t.id""")
# The same of the technicians of several sites who have room, and of two of each kind who have none,
# who say for all of it that the work waits for them; of all of them where an emergency is among the
# work. None at all once something waits at one of the sites and there is news in `planning_queue`
# that was not acted on, which comes before what is new.
_UNDISPUTED = text(f"""
    with found as materialized (
        select
            t.id, t.xmin as seen, t.sites, t.skills, h.holds, o.open_offers,
            t.capacity > h.holds + case when :counting_offers then o.open_offers else 0 end
                as has_room
        from technicians t
        cross join lateral (
            select count(*) as holds from assignments
            where technician_id = t.id and ended_at is null
        ) as h
        cross join lateral (
            select count(*) as open_offers from offers
            where technician_id = t.id and state = 'open'
        ) as o
        where t.removed_at is null and t.sites && cast(:site_ids as text[]) and not exists (
            select from unnest({planned_once(":site_ids", "text")}) as s(site_id)
            where {is_news("s.site_id")} and exists (
                select from jobs
                where site_id = s.site_id and state = 'waiting' and not held
            )
        )
    ),
    busy as (
        select unnest(array[min(id), max(id)]) as id from found
        where not has_room group by sites, skills
    )
    select
        t.id, t.seen, t.holds, t.open_offers, l.taken_lately,
        (
            select w.need -> 'point' from assignments d
            join jobs j on j.id = d.job_id join work_orders w on w.id = j.work_order_id
            where d.technician_id = t.id and d.doing and d.ended_at is null
        ) as works_at
    from found t
    cross join lateral (
        select count(*) as taken_lately from assignments
        where technician_id = t.id and accepted_at > {_LATELY}
    ) as l
    where t.has_room or not :counting_offers or t.id in (select id from busy)
    order by t.id""")
_EMERGENCIES = text("""
    select a.technician_id, count(*) as emergencies
    from assignments a join jobs j on j.id = a.job_id
    where a.technician_id = any(cast(:ids as text[])) and a.ended_at is null and j.rank = 0
    group by a.technician_id""")
_SEEN = text("select xmin as seen, * from technicians where id = any(cast(:ids as text[]))")


async def find_candidates(
    tx: Transaction, site_id: SiteId, also: Sequence[TechnicianId] = ()
) -> list[Candidate]:
    """Return the site's technicians with what they have to do, and these others too."""
    statement, more = (_ANYWHERE, {"ids": list(also)}) if also else (_OF_SITE, {})
    rows = await tx.rows(statement, site_id=site_id, lately=tx.now - _RECENT, **more)
    return await _candidates(tx, rows)


async def find_candidates_among(
    tx: Transaction, site_id: SiteId, ids: Collection[TechnicianId]
) -> list[Candidate]:
    """Return those of these technicians who work at the site, with what they have to do."""
    return [each for each in await find_loads(tx, ids) if site_id in each.technician.sites]


async def find_loads(tx: Transaction, ids: Collection[TechnicianId]) -> list[Candidate]:
    """Return these technicians, but those who were removed, with what they have to do."""
    return await _candidates(tx, await tx.rows(_THESE, lately=tx.now - _RECENT, ids=list(ids)))


async def with_emergencies(tx: Transaction, candidates: Sequence[Candidate]) -> list[Candidate]:
    """Return the candidates with how many emergencies those hold who have no room: an emergency is
    theirs too unless they hold one.
    """
    full = [each.technician.id for each in candidates if each.places(counting_offers=False) <= 0]
    rows = await tx.rows(_EMERGENCIES, ids=full) if full else ()
    held = {row["technician_id"]: row["emergencies"] for row in rows}
    return [
        replace(each, load=replace(each.load, emergencies=held[each.technician.id]))
        if each.technician.id in held
        else each
        for each in candidates
    ]


async def lock_technicians(
    tx: Transaction, ids: Collection[TechnicianId], *, waiting: bool
) -> list[TechnicianId]:
    """Lock their rows in the order of their ids and return whose could be locked: all of them, or
    without `waiting` those that are free.
    """
    return [
        TechnicianId(row["id"])
        for row in await tx.rows(_LOCK if waiting else _TRY_LOCK, ids=sorted(ids))
    ]


async def find_undisputed(
    tx: Transaction, site_ids: Collection[SiteId], *, counting_offers: bool
) -> list[Candidate]:
    """Return the technicians of these sites who could hold another job, with what they have to do,
    and of those of the same sites and skills who could not one or two; where open offers do not
    count, for an emergency, all of them. None once something waits and there is news, which comes
    first.
    """
    return await _candidates(
        tx,
        await tx.rows(
            _UNDISPUTED,
            site_ids=sorted(site_ids),
            counting_offers=counting_offers,
            lately=tx.now - _RECENT,
            now=tx.now,
        ),
    )


async def _candidates(tx: Transaction, loads: Sequence[Mapping[str, Any]]) -> list[Candidate]:
    """Return candidates; technicians as read before, while their rows are the same: a site's turn
    looks at all of them, and few have changed.
    """
    known = {row["id"]: _remembered(tx, row["id"], seen=row["seen"]) for row in loads}
    changed = [id for id, technician in known.items() if technician is None]
    if changed:
        for row in await tx.rows(_SEEN, ids=changed):
            known[row["id"]] = technician_of(row)
            tx.memory[Technician, row["id"]] = row["seen"], known[row["id"]]
    return [
        Candidate(technician=technician, load=_load(row))
        for row in loads
        if (technician := known[row["id"]]) is not None
    ]


def _remembered(tx: Transaction, id: str, *, seen: int) -> Technician | None:
    known: tuple[int, Technician] | None = tx.memory.get((Technician, id))
    return None if known is None or known[0] != seen else known[1]


def _load(row: Mapping[str, Any]) -> Load:
    works_at = None if row["works_at"] is None else _POINT.validate_python(row["works_at"])
    return Load(
        holds=row["holds"],
        open_offers=row["open_offers"],
        taken_lately=row["taken_lately"],
        works_at=works_at,
    )
