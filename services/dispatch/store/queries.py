"""What people and machines look at: lists of jobs, counts. The other files here load and save what actions change."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import text

from shared.contracts.dispatch import JobState
from shared.db.transaction import Transaction

_LISTED = text("""
    select distinct j.work_order_id from jobs j
    where (cast(:before as uuid) is null or j.work_order_id < :before)
    and (cast(:sites as text[]) is null or j.site_id = any(cast(:sites as text[])))
    and (cast(:site_id as text) is null or j.site_id = :site_id)
    and (cast(:state as text) is null or j.state = :state)
    and (cast(:ticket_id as uuid) is null or j.work_order_id = :ticket_id)
    and (cast(:technician_id as text) is null or j.technician_id = :technician_id
         or j.id in (select job_id from offers where technician_id = :technician_id and state = 'open'))
    order by j.work_order_id desc limit :most""")
_OFFERED_TO = text("""
    select work_order_id, job_id, id from offers
    where technician_id = :technician_id and state = 'open' and expires_at > clock_timestamp() order by id""")
_HELD_BY = text("""
    select j.work_order_id, j.id from assignments a join jobs j on j.id = a.job_id
    where a.technician_id = :technician_id and a.ended_at is null order by a.accepted_at, a.id""")
_JOBS = text("""
    select site_id, state, count(*) as count from jobs
    where state in ('waiting', 'offered', 'accepted', 'travelling', 'on_site', 'working', 'paused') group by site_id, state""")
_TECHNICIANS = text("select count(*) as count from technicians where removed_at is null")


async def list_work_orders(
    tx: Transaction,
    *,
    sites: frozenset[str] | None,
    site_id: str | None,
    state: JobState | None,
    ticket_id: UUID | None,
    technician_id: str | None,
    before: UUID | None,
    most: int,
) -> list[UUID]:
    """Work orders with such jobs, newest first. `sites` None: of every site; `technician_id`: theirs, or offered to them."""
    rows = await tx.rows(
        _LISTED,
        sites=None if sites is None else sorted(sites),
        site_id=site_id,
        state=None if state is None else state.value,
        ticket_id=ticket_id,
        technician_id=technician_id,
        before=before,
        most=most,
    )
    return [row["work_order_id"] for row in rows]


async def offered_to(tx: Transaction, technician_id: str) -> Sequence[tuple[UUID, UUID, UUID]]:
    """(work order, job, offer) of the offers that are open now, oldest first."""
    return [(row["work_order_id"], row["job_id"], row["id"]) for row in await tx.rows(_OFFERED_TO, technician_id=technician_id)]


async def held_jobs(tx: Transaction, technician_id: str) -> Sequence[tuple[UUID, UUID]]:
    """(work order, job) of what they hold, in the order in which they took it."""
    return [(row["work_order_id"], row["id"]) for row in await tx.rows(_HELD_BY, technician_id=technician_id)]


async def count_jobs(tx: Transaction) -> list[tuple[str, str, int]]:
    """(site, state, how many) of open jobs."""
    return [(row["site_id"], row["state"], row["count"]) for row in await tx.rows(_JOBS)]


async def count_technicians(tx: Transaction) -> int:
    row = await tx.row(_TECHNICIANS)
    return 0 if row is None else int(row["count"])
