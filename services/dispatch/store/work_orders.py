"""Work orders with their jobs and offers, as rows and back."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from pydantic import TypeAdapter
from sqlalchemy import text

from services.dispatch.domain.job import Job, Offer
from services.dispatch.domain.need import Need
from services.dispatch.domain.work_order import Unable, WorkOrder
from services.dispatch.store.tables import JobRow, OfferRow, PromiseRow, WorkOrderRow
from shared.contracts import WorkOrderV1
from shared.contracts.base import SkillNeed
from shared.db.reads import ForUpdate, Requirement, planned_once
from shared.db.transaction import Transaction
from shared.ids import OfferId, SiteId, TechnicianId, TicketId

OFFERS_KEPT = 100
"""Of a work order, the newest: what is held in memory and said in facts. The rows stay."""

NEVER = "infinity"
"""When a job is due about which nothing is promised, as PostgreSQL says it."""

_WINDOW = "window"
_FAR_AHEAD = timedelta(hours=1)
"""Longer than the way of any technician worth asking."""

_NEED = TypeAdapter(Need)
_SKILLS = TypeAdapter(tuple[SkillNeed, ...])
_JOBS = TypeAdapter(tuple[Job, ...])
_OFFERS = TypeAdapter(tuple[Offer, ...])
_UNABLE = TypeAdapter(tuple[Unable, ...])

# A work order as it is loaded, for whichever reason: with all of its jobs, and of its offers those
# that are open and the newest others.
_ORDERS = f"""
    select w.xmin as seen, w.*, clock_timestamp() as read_at,
      (select due_at from promises where id = w.id) as due_at,
        w.xmin = (select s.xmin from work_orders s where s.id = w.id) as is_current,
        (select version from snapshots where entity = 'tickets.ticket'
          and id = cast(w.id as text)) as heard,
        (select jsonb_agg(to_jsonb(j) order by j.cycle, j.number) from jobs j
          where j.work_order_id = w.id) as jobs,
        (select jsonb_object_agg(o.job_id, o.offers) from (
            select job_id, jsonb_agg(to_jsonb(n) order by n.id) as offers from (
                select * from offers where work_order_id = w.id
                  order by state = 'open' desc, id desc limit {OFFERS_KEPT}) n
            group by job_id) o) as offers
    from work_orders w"""


_SOME_ORDERS = f"{_ORDERS} where w.id = any({planned_once(':ids', 'uuid')}) order by w.id"
_LOAD, _LOCK = text(_SOME_ORDERS), text(f"{_SOME_ORDERS} for update of w")
_OF_JOB = ForUpdate(
    "work_orders",
    f"{_ORDERS} where w.id = (select work_order_id from jobs where id = :id)",
    of="w",
    id="uuid",
)
_OF_OFFER = ForUpdate(
    "work_orders",
    f"{_ORDERS} where w.id = (select work_order_id from offers where id = :id)",
    of="w",
    id="uuid",
)
_TRY_LOCK = text(
    "select id from work_orders where id = (select work_order_id from jobs where id = :id) "
    "for update skip locked"
)
_OF_OFFERS = text(
    "select id, work_order_id, technician_id from offers where id = any(cast(:ids as uuid[]))"
)
_HOLDERS = text("select distinct technician_id from assignments where job_id = :id")
_CAN_BE_ANSWERED = Requirement(
    "select from offers where id = :id and state = 'open' "
    "and clock_timestamp() <= expires_at + interval '2 seconds'",
    id="uuid",
)
_EXPIRED = text("""
    select o.id from offers o where o.work_order_id = any(cast(:ids as uuid[]))
    and o.state = 'open' and clock_timestamp() > o.expires_at + interval '2 seconds'""")
_WITH_EXPIRED = text("""
    select id from work_orders where id in (
        select work_order_id from offers where state = 'open'
          and expires_at < clock_timestamp() - interval '2 seconds'
        and work_order_id <> all(cast(:excluding as uuid[])) order by expires_at limit :limit)
    order by id for update skip locked""")
_NEXT_EXPIRY = text("""
    select extract(epoch from min(expires_at) + interval '2 seconds' - clock_timestamp())::float as
      seconds
    from offers where state = 'open' and work_order_id <> all(cast(:excluding as uuid[]))""")


async def find_work_orders(
    tx: Transaction, ids: Iterable[UUID], *, for_update: bool
) -> dict[UUID, WorkOrder]:
    """Return work orders by id, with their jobs and newest offers; locked in order of id if they
    are to be changed.
    """
    wanted = sorted(set(ids))
    if not wanted:
        return {}
    rows = await tx.rows(_LOCK if for_update else _LOAD, ids=wanted)
    if for_update and not all(row["is_current"] for row in rows):
        # Who waited for the lock was given the row as it is now, but what stands beside it as it
        # was when the statement began.
        rows = await tx.rows(_LOAD, ids=wanted)
    return {row["id"]: _order(tx, row) for row in rows}


async def lock_order_of_offer(tx: Transaction, offer_id: UUID) -> WorkOrder | None:
    """Return the offer's work order, for the transaction to change; None for an unknown offer."""
    return await _lock(tx, _OF_OFFER, offer_id)


async def lock_order_of_job(tx: Transaction, job_id: UUID) -> WorkOrder | None:
    """Return the job's work order, for the transaction to change; None for an unknown job."""
    return await _lock(tx, _OF_JOB, job_id)


async def _lock(tx: Transaction, rows: ForUpdate, id: UUID) -> WorkOrder | None:
    found = await tx.for_update(rows, id=id)
    if found and not found[0]["is_current"]:
        found = await tx.lookup(rows.lookup, id=id)  # as above
    if not found:
        return None
    order = _order(tx, found[0])
    # A ticket that only repeats what its work order said is not worth a write; what is published
    # says all the same that it was heard.
    return replace(order, observed=max(order.observed, found[0]["heard"] or 0))


async def try_lock_order_of_job(tx: Transaction, job_id: UUID) -> WorkOrder | None:
    """Return the job's work order, locked; None while another transaction has it. Never waits."""
    row = await tx.row(_TRY_LOCK, id=job_id)
    return (
        None
        if row is None
        else (await find_work_orders(tx, [row["id"]], for_update=False))[row["id"]]
    )


async def load_order_of_job(tx: Transaction, job_id: UUID) -> WorkOrder | None:
    """Return the job's work order, for reading; None for an unknown job."""
    found = await tx.lookup(_OF_JOB.lookup, id=job_id)
    return _order(tx, found[0]) if found else None


@dataclass(frozen=True, kw_only=True)
class AskedOffer:
    """What of an offer never changes: who was asked, about which work order."""

    id: OfferId
    work_order_id: TicketId
    technician_id: TechnicianId


_ASKED_OFFERS = TypeAdapter(list[AskedOffer])


async def find_offers(tx: Transaction, ids: Iterable[UUID]) -> dict[UUID, AskedOffer]:
    """Return those of these offers that there are, by id."""
    found = _ASKED_OFFERS.validate_python(await tx.rows(_OF_OFFERS, ids=list(ids)))
    return {offer.id: offer for offer in found}


async def find_past_assignees(tx: Transaction, job_id: UUID) -> list[TechnicianId]:
    """Return every technician who ever held the job."""
    return [TechnicianId(row["technician_id"]) for row in await tx.rows(_HOLDERS, id=job_id)]


def require_answerable(tx: Transaction, offer_id: UUID) -> None:
    """Let the commit fail unless the offer is open then, and not over, by the database's clock."""
    tx.require(_CAN_BE_ANSWERED, id=offer_id)


async def lock_with_expired_offers(
    tx: Transaction, excluding: Collection[UUID], limit: int
) -> list[UUID]:
    """Lock and return work orders with offers that were not answered in time, but those another
    transaction is changing right now.
    """
    return [
        row["id"] for row in await tx.rows(_WITH_EXPIRED, excluding=list(excluding), limit=limit)
    ]


async def find_expired_offers(tx: Transaction, work_order_ids: Sequence[UUID]) -> frozenset[UUID]:
    return frozenset(row["id"] for row in await tx.rows(_EXPIRED, ids=list(work_order_ids)))


async def seconds_to_next_expiry(tx: Transaction, excluding: Collection[UUID]) -> float | None:
    """Return seconds by the database's clock; negative when one is overdue, None without open
    offers.
    """
    row = await tx.row(_NEXT_EXPIRY, excluding=list(excluding))
    return None if row is None else row["seconds"]


def save_promise(tx: Transaction, ticket_id: UUID, due_at: datetime | None) -> None:
    tx.save(PromiseRow, {"id": ticket_id, "due_at": due_at})


def save_work_order(tx: Transaction, before: WorkOrder | None, after: WorkOrder) -> None:
    """Save the row, and of its jobs and offers those that changed."""
    tx.save(
        WorkOrderRow,
        after,
        rank=after.need.rank,
        held=after.need.held,
        category=after.need.category,
        spot=after.need.spot,
    )
    jobs = (
        {job.id: job for job in before.jobs}
        if before is not None and before.need == after.need
        else {}
    )
    offers = (
        {offer.id: offer for job in before.jobs for offer in job.offers}
        if before is not None
        else {}
    )
    for job in after.jobs:
        if jobs.get(job.id) != job:
            needed = needed_of(after.skills_for(job), after.need, now=tx.now)
            place = {"rank": after.need.rank, "due_at": after.due_at or NEVER}
            tx.save(
                JobRow,
                job,
                work_order_id=after.id,
                site_id=after.site_id,
                needed=needed,
                held=after.need.held,
                **place,
            )
        for offer in job.offers:
            if offers.get(offer.id) != offer:
                tx.save(OfferRow, offer, job_id=job.id, work_order_id=after.id)


def needed_of(skills: Iterable[SkillNeed], need: Need, *, now: datetime) -> list[str]:
    """Return what a technician needs to take the job, as `SKILL:LEVEL`; and `window`, which none
    has, for what is far ahead: no turn need read it before its own look.
    """
    later = [_WINDOW] if is_far_ahead(need, now=now) else []
    return sorted({*later, *(f"{skill.code}:{skill.level}" for skill in skills)})


def is_far_ahead(need: Need, *, now: datetime) -> bool:
    """Return whether the resident is at home later than any way there takes."""
    windows = need.windows_at(now)
    return bool(windows) and windows[0].start > now + _FAR_AHEAD


def need_from(row: Any) -> Need:
    return _NEED.validate_python(row)


def skills_from(row: Any) -> tuple[SkillNeed, ...]:
    return _SKILLS.validate_python(row)


def _order(tx: Transaction, row: Mapping[str, Any]) -> WorkOrder:
    offers = row["offers"] or {}
    jobs = [
        replace(job, offers=_OFFERS.validate_python(offers.get(str(job.id), [])))
        for job in _JOBS.validate_python(row["jobs"] or [])
    ]
    return WorkOrder(
        id=TicketId(row["id"]),
        version=row["version"],
        # What this transaction has changed and sent already is not committed yet: it goes on to the
        # same version.
        committed_version=tx.next_version(WorkOrderV1, row["id"], row["version"]) - 1,
        observed=row["observed"],
        site_id=SiteId(row["site_id"]),
        cycle=row["cycle"],
        need=need_from(row["need"]),
        jobs=tuple(jobs),
        unassignable=_UNABLE.validate_python(row["unassignable"]),
        unassignable_at=row["unassignable_at"],
        left_to_desk_at=row["left_to_desk_at"],
        due_at=row["due_at"],
        read_at=row["read_at"],
    )
