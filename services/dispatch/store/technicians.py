"""Technicians and what they have in hand, as rows and back."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from pydantic import TypeAdapter
from pydantic_core import to_json
from sqlalchemy import text

from services.dispatch.domain.holding import Assignment
from services.dispatch.domain.places import Point
from services.dispatch.domain.shifts import Shift
from services.dispatch.domain.technician import Candidate, Load, Position, Technician
from services.dispatch.store.looks import NEWS
from services.dispatch.store.tables import AssignmentRow, TechnicianRow
from shared.contracts.base import SkillNeed, Window
from shared.contracts.dispatch import JobState
from shared.db.reads import ForUpdate
from shared.db.transaction import Kind, Transaction
from shared.errors import NotFound
from shared.ids import SiteId, TechnicianId

_SKILLS = TypeAdapter(tuple[SkillNeed, ...])
_SHIFTS = TypeAdapter(tuple[Shift, ...])
_LEAVE = TypeAdapter(tuple[Window, ...])
_POINT = TypeAdapter(Point)
_POSITION = TypeAdapter(Position)
_ASSIGNMENTS = TypeAdapter(list[Assignment])

_LATELY = timedelta(hours=24)
_BY_ID = "select * from technicians where id = any(cast(:ids as text[])) order by id"
_LOAD = text(_BY_ID)
_LOCK = text(f"{_BY_ID} for update")
_TAKE = text(
    "select id from technicians where id = any(cast(:ids as text[])) order by id for update"
)
_TRY = text(
    "select id from technicians where id = any(cast(:ids as text[])) order by id "
    "for update skip locked"
)
_LISTED = text("""
    select * from technicians where (cast(:sites as text[]) is null
      or sites && cast(:sites as text[]))
    and removed_at is null and id > :after order by id limit :most""")
# What they have to do alone: who they are is read where it is not remembered, or has changed.
_HOLDS = (
    "lateral (select count(*) as holds from assignments where technician_id = t.id "
    "and ended_at is null) h"
)
_OFFERS = (
    "lateral (select count(*) as open_offers from offers where technician_id = t.id "
    "and state = 'open') o"
)
_LATELY_TAKEN = (
    "lateral (select count(*) as taken_lately from assignments where technician_id = t.id "
    "and accepted_at > :lately) l"
)
_WORKS_AT = """(
        select w.need -> 'point' from assignments d join jobs j on j.id = d.job_id
          join work_orders w on w.id = j.work_order_id
        where d.technician_id = t.id and d.doing and d.ended_at is null) as works_at"""
_LOADS = f"""
    select t.id, t.xmin as seen, h.holds, l.taken_lately, o.open_offers, {_WORKS_AT}
    from technicians t cross join {_HOLDS} cross join {_OFFERS} cross join {_LATELY_TAKEN}
    where t.removed_at is null and """
_SEEN = text("select xmin as seen, * from technicians where id = any(cast(:ids as text[]))")
_OF_SITE = text(_LOADS + "t.sites @> array[cast(:site_id as text)] order by t.id")
_ANYWHERE = text(
    _LOADS
    + "(t.sites @> array[cast(:site_id as text)] or t.id = any(cast(:ids as text[]))) order by t.id"
)
_THESE = text(_LOADS + "t.id = any(cast(:ids as text[])) order by t.id")
_ASSIGNMENT = """to_jsonb(a) || jsonb_build_object('visit', case when visit_start is not null
    then jsonb_build_object('start', visit_start, 'end', visit_end) end)"""
_FOR_UPDATE = ForUpdate(
    "technicians",
    f"""select t.xmin as seen, t.*, (
        select jsonb_agg({_ASSIGNMENT}) from assignments a where a.technician_id = t.id
          and a.ended_at is null) as held
    from technicians t where t.id = :id""",
    of="t",
    id_type="text",
    id="text",
)
_UNDISPUTED = text(f"""
    with found as materialized (
        select t.id, t.xmin as seen, t.sites, t.skills, h.holds, o.open_offers,
            t.capacity > h.holds
              + case when :counting_offers then o.open_offers else 0 end as has_room
        from technicians t cross join {_HOLDS} cross join {_OFFERS}
        where t.removed_at is null and t.sites && cast(:site_ids as text[]) and not exists (
            select from wakes d where site_id = any(cast(:site_ids as text[])) and {NEWS}
              and exists (
                select from jobs where site_id = d.site_id and state = 'waiting' and not held))),
    busy as (
        select unnest(array[min(id), max(id)]) as id from found where not has_room
        group by sites, skills)
    select t.id, t.seen, t.holds, l.taken_lately, t.open_offers, {_WORKS_AT}
    from found t cross join {_LATELY_TAKEN}
    where t.has_room or t.id in (select id from busy) order by t.id""")
_HELD = text(
    f"select {_ASSIGNMENT} as held from assignments a where technician_id = :technician_id "
    "and ended_at is null order by slot"
)
# Who holds a job is looked up job by job: PostgreSQL expects a hundred rows of JSON, and would
# rather read what everybody holds.
_HELD_NOW = """(
    select a.id, a.technician_id, given.at, given.ended_as, given.doing
    from json_to_recordset({rows}) as given(job_id uuid, at timestamptz, ended_as text,
      doing boolean)
    cross join lateral (select id, technician_id from assignments where job_id = given.job_id
      and ended_at is null limit 1) a) as held"""
_END = f"""
    update assignments set ended_at = held.at, ended_as = held.ended_as, doing = false
    from {_HELD_NOW} where assignments.id = held.id"""
_DOING = f"""
    update assignments set doing = held.doing
    from {_HELD_NOW} where assignments.id = held.id and assignments.doing <> held.doing"""
_WAKE_SITES_OF_HOLDERS = f"""
    insert into wakes (id, site_id, at, technician_id)
      select gen_random_uuid(), site_id, held.at, t.id
    from {_HELD_NOW} join technicians t on t.id = held.technician_id cross
      join unnest(t.sites) as site_id"""
_VISIT = text(
    "update assignments set visit_start = :start, visit_end = :end where job_id = :job_id "
    "and ended_at is null"
)
_TO_REVIEW = text("""
    select id from technicians where review_at <= :now and id <> all(cast(:but as text[]))
      order by review_at, id limit 1""")
_NEXT_REVIEW = text(
    "select min(review_at) as at from technicians where review_at is not null "
    "and id <> all(cast(:but as text[]))"
)
_SET_POSITION = text("""
    update technicians set position = cast(:position as jsonb)
    where id = :id and (position is null or cast(position ->> 'at' as timestamptz) <= :at)""")
_SET_REVIEW = text("update technicians set review_at = :review_at where id = :id")
_TAKE_UNSAID = text("""
    update technicians set said_at = :now where id in (
        select id from technicians where removed_at is null and said_at < :before
          and id <> all(cast(:but as text[]))
        order by said_at limit :most for update skip locked)
    returning *""")
_OLDEST_SAID = text(
    "select min(said_at) as at from technicians where removed_at is null "
    "and id <> all(cast(:but as text[]))"
)
_IN_HAND = text("""
    select j.work_order_id, j.id from assignments a join jobs j on j.id = a.job_id
      where a.technician_id = :id and a.ended_at is null
    union select work_order_id, job_id from offers where technician_id = :id and state = 'open'""")


async def find_technicians(
    tx: Transaction, ids: Iterable[str], *, for_update: bool
) -> dict[TechnicianId, Technician]:
    """By id, the removed ones too; locked in order of id if something of theirs is
    to be decided.
    """
    rows = await tx.rows(_LOCK if for_update else _LOAD, ids=sorted(set(ids)))
    return {TechnicianId(row["id"]): _technician(row) for row in rows}


async def load_technician(tx: Transaction, id: str, *, for_update: bool) -> Technician:
    """Raises NotFound for the unknown and the removed."""
    found = (await find_technicians(tx, [id], for_update=for_update)).get(TechnicianId(id))
    if found is None or found.removed_at is not None:
        raise NotFound(f"There is no technician {id}.")
    return found


async def list_technicians(
    tx: Transaction, *, sites: Sequence[str] | None, after: str, most: int
) -> list[Technician]:
    """Those of these sites (None: of all), by id."""
    rows = await tx.rows(
        _LISTED, sites=None if sites is None else list(sites), after=after, most=most
    )
    return [_technician(row) for row in rows]


async def find_candidates(
    tx: Transaction, site_id: SiteId, also: Sequence[TechnicianId] = ()
) -> list[Candidate]:
    """The site's technicians with what they have to do, and these others too."""
    statement, more = (_ANYWHERE, {"ids": list(also)}) if also else (_OF_SITE, {})
    rows = await tx.rows(statement, site_id=site_id, lately=tx.now - _LATELY, **more)
    return await _candidates(tx, rows)


async def find_candidates_among(
    tx: Transaction, site_id: SiteId, ids: Collection[TechnicianId]
) -> list[Candidate]:
    """Those of these technicians who work at the site, with what they have to do."""
    return [each for each in await find_loads(tx, ids) if site_id in each.technician.sites]


async def find_loads(tx: Transaction, ids: Collection[TechnicianId]) -> list[Candidate]:
    """Return these technicians, but those who were removed, with what they have to do."""
    return await _candidates(tx, await tx.rows(_THESE, lately=tx.now - _LATELY, ids=list(ids)))


async def lock_technicians(
    tx: Transaction, ids: Collection[TechnicianId], *, waiting: bool
) -> list[TechnicianId]:
    """Lock their rows in the order of their ids and return whose could be locked: all of them, or
    without `waiting` those that are free.
    """
    return [
        TechnicianId(row["id"])
        for row in await tx.rows(_TAKE if waiting else _TRY, ids=sorted(ids))
    ]


async def find_undisputed(
    tx: Transaction, site_ids: Collection[SiteId], *, counting_offers: bool
) -> list[Candidate]:
    """Return the technicians of these sites who could hold another job (open offers counted or
    not), with what they have to do, and of those of the same sites and skills who could not one or
    two; none once something waits and there is news, which comes first.
    """
    return await _candidates(
        tx,
        await tx.rows(
            _UNDISPUTED,
            site_ids=sorted(site_ids),
            counting_offers=counting_offers,
            lately=tx.now - _LATELY,
            now=tx.now,
        ),
    )


async def held_by(tx: Transaction, technician_id: TechnicianId) -> list[Assignment]:
    """What the technician has in hand. Read it under the technician's lock to decide by it."""
    return _ASSIGNMENTS.validate_python(
        [row["held"] for row in await tx.rows(_HELD, technician_id=technician_id)]
    )


async def take_technician(
    tx: Transaction, technician_id: TechnicianId
) -> tuple[Technician | None, list[Assignment]]:
    """The technician, for the transaction to give them something, and what they
    have in hand already.
    """
    found = await tx.for_update(_FOR_UPDATE, id=technician_id)
    if not found:
        return None, []
    if tx.kind is Kind.LOCKING:
        # as it is now that they are locked
        return _technician(found[0]), await held_by(tx, technician_id)
    return _technician(found[0]), _ASSIGNMENTS.validate_python(found[0]["held"] or ())


async def in_hand_of(tx: Transaction, technician_id: TechnicianId) -> list[tuple[UUID, UUID]]:
    """(work order, job) of all that the technician holds or is offered."""
    return [(row["work_order_id"], row["id"]) for row in await tx.rows(_IN_HAND, id=technician_id)]


async def next_to_review(
    tx: Transaction, but: Collection[TechnicianId], _: int
) -> Sequence[TechnicianId]:
    """A technician of whom something is to be looked at now."""
    row = await tx.row(_TO_REVIEW, now=tx.now, but=list(but))
    return [] if row is None else [TechnicianId(row["id"])]


async def next_review(tx: Transaction, but: Collection[TechnicianId]) -> datetime | None:
    row = await tx.row(_NEXT_REVIEW, but=list(but))
    return None if row is None else row["at"]


def end_assignment(tx: Transaction, job_id: UUID, *, ended_as: JobState) -> None:
    """The job is out of its technician's hands, and the sites where they work are woken with it."""
    ended = {"job_id": job_id, "at": tx.now, "ended_as": ended_as}
    tx.change(_WAKE_SITES_OF_HOLDERS, ended)
    tx.change(_END, ended)


def mark_doing(tx: Transaction, job_id: UUID, *, doing: bool) -> None:
    tx.change(_DOING, {"job_id": job_id, "doing": doing})


async def move_visit(tx: Transaction, job_id: UUID, visit: Window | None) -> None:
    await tx.execute(_VISIT, job_id=job_id, start=visit and visit.start, end=visit and visit.end)


def insert_assignment(tx: Transaction, assignment: Assignment) -> None:
    visit = assignment.visit
    tx.insert(
        AssignmentRow,
        assignment,
        visit_start=visit and visit.start,
        visit_end=visit and visit.end,
        ended_at=None,
        ended_as=None,
    )


def save_technician(tx: Transaction, technician: Technician, *, review_at: datetime | None) -> None:
    """With a fact that says so.

    `review_at`: when what they have in hand is to be looked at again.
    """
    tx.save(TechnicianRow, technician, review_at=review_at, said_at=tx.now)


async def set_position(tx: Transaction, id: TechnicianId, position: Position) -> bool:
    """Whether it is the latest that is known."""
    return (
        await tx.execute(_SET_POSITION, id=id, position=to_json(position).decode(), at=position.at)
        > 0
    )


async def set_review(tx: Transaction, id: TechnicianId, review_at: datetime | None) -> None:
    await tx.execute(_SET_REVIEW, id=id, review_at=review_at)


async def take_unsaid(
    tx: Transaction, *, before: datetime, but: Collection[TechnicianId], most: int
) -> list[Technician]:
    """Technicians of whom no fact told since then; they count as told now."""
    return [
        _technician(row)
        for row in await tx.rows(_TAKE_UNSAID, before=before, now=tx.now, but=list(but), most=most)
    ]


async def oldest_said(tx: Transaction, but: Collection[TechnicianId]) -> datetime | None:
    row = await tx.row(_OLDEST_SAID, but=list(but))
    return None if row is None else row["at"]


def _technician(row: Mapping[str, Any]) -> Technician:
    return Technician(
        id=TechnicianId(row["id"]),
        version=row["version"],
        name=row["name"],
        sites=tuple(SiteId(site) for site in row["sites"]),
        skills=_SKILLS.validate_python(row["skills"]),
        home=None if row["home"] is None else _POINT.validate_python(row["home"]),
        capacity=row["capacity"],
        shifts=None if row["shifts"] is None else _SHIFTS.validate_python(row["shifts"]),
        leave=_LEAVE.validate_python(row["leave"]),
        position=None if row["position"] is None else _POSITION.validate_python(row["position"]),
        language=row["language"],
        removed_at=row["removed_at"],
    )


async def _candidates(tx: Transaction, loads: Sequence[Mapping[str, Any]]) -> list[Candidate]:
    """Technicians as read before, while their rows are the same: a site's turn looks at all of
    them, and few have changed.
    """
    known = {row["id"]: _remembered(tx, row["id"], seen=row["seen"]) for row in loads}
    changed = [id for id, technician in known.items() if technician is None]
    if changed:
        for row in await tx.rows(_SEEN, ids=changed):
            known[row["id"]] = _technician(row)
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
