"""What technicians have in hand, as rows and back."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from uuid import UUID

from pydantic import TypeAdapter
from sqlalchemy import text

from services.dispatch.domain.certificates import CertificateRules
from services.dispatch.domain.holding import Assignment
from services.dispatch.domain.technician import Technician
from services.dispatch.store.tables import AssignmentRow
from services.dispatch.store.technicians import technician_of
from shared.contracts.base import Window
from shared.contracts.dispatch import JobState
from shared.db.reads import ForUpdate
from shared.db.transaction import Kind, Transaction
from shared.ids import SiteId, TechnicianId

_ASSIGNMENTS = TypeAdapter(list[Assignment])
_RULES = TypeAdapter(CertificateRules)

_ASSIGNMENT = """to_jsonb(a) || jsonb_build_object('visit', case when visit_start is not null
    then jsonb_build_object('start', visit_start, 'end', visit_end) end,
    'is_emergency', exists(select from jobs where id = a.job_id and rank = 0))"""
_FOR_UPDATE = ForUpdate(
    "technicians",
    f"""select t.xmin as seen, t.*, (
        select jsonb_agg({_ASSIGNMENT}) from assignments a where a.technician_id = t.id
          and a.ended_at is null) as held,
        (select body ->> 'time_zone' from snapshots
          where entity = 'tickets.site' and id = :site_id) as time_zone,
        (select body from site_rules where site_id = :site_id) as rules
    from technicians t where t.id = :id""",
    of="t",
    id_type="text",
    id="text",
    site_id="text",
)
_HELD = text(
    f"select {_ASSIGNMENT} as held from assignments a where technician_id = :technician_id "
    "and ended_at is null order by slot"
)
# Who holds a job is looked up job by job: PostgreSQL expects a hundred rows of JSON, and would
# rather read what all technicians hold.
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
_QUEUE_SITES_OF_HOLDERS = f"""
    insert into planning_queue (id, site_id, at, technician_id)
      select gen_random_uuid(), site_id, held.at, t.id
    from {_HELD_NOW} join technicians t on t.id = held.technician_id cross
      join unnest(t.sites) as site_id"""
_VISIT = text(
    "update assignments set visit_start = :start, visit_end = :end where job_id = :job_id "
    "and ended_at is null"
)
_LOWER_WORK = text("""
    select j.id from assignments a join jobs j on j.id = a.job_id
    where a.technician_id = :id and a.doing and a.ended_at is null and j.rank > 0""")
_IN_HAND = text("""
    select j.work_order_id, j.id from assignments a join jobs j on j.id = a.job_id
      where a.technician_id = :id and a.ended_at is null
    union select work_order_id, job_id from offers where technician_id = :id and state = 'open'""")


async def assignments_of(tx: Transaction, technician_id: TechnicianId) -> list[Assignment]:
    """Return what the technician has in hand. Read it under the technician's lock to decide by
    it.
    """
    return _ASSIGNMENTS.validate_python(
        [row["held"] for row in await tx.rows(_HELD, technician_id=technician_id)]
    )


@dataclass(frozen=True, kw_only=True)
class Hands:
    """A technician (None: there is no such) with what they have in hand, and the time zone of the
    site that something of theirs is decided for (None: not known), and the certificates that its
    work demands.
    """

    technician: Technician | None = None
    held: Sequence[Assignment] = ()
    time_zone: str | None = None
    rules: CertificateRules = field(default_factory=CertificateRules)


async def lock_for_assignment(
    tx: Transaction, technician_id: TechnicianId, site_id: SiteId
) -> Hands:
    """Lock the technician, for the transaction to give them something of that site."""
    found = await tx.for_update(_FOR_UPDATE, id=technician_id, site_id=site_id)
    if not found:
        return Hands()
    held = (
        await assignments_of(tx, technician_id)  # as it is now that they are locked
        if tx.kind is Kind.LOCKING
        else _ASSIGNMENTS.validate_python(found[0]["held"] or ())
    )
    rules = found[0]["rules"]
    return Hands(
        technician=technician_of(found[0]),
        held=held,
        time_zone=found[0]["time_zone"],
        rules=CertificateRules() if rules is None else _RULES.validate_python(rules),
    )


async def find_lower_work(tx: Transaction, technician_id: TechnicianId) -> UUID | None:
    """Return the job that the technician is doing, if it is no emergency."""
    row = await tx.row(_LOWER_WORK, id=technician_id)
    return None if row is None else row["id"]


async def in_hand_of(tx: Transaction, technician_id: TechnicianId) -> list[tuple[UUID, UUID]]:
    """Return (work order, job) of all that the technician holds or is offered."""
    return [(row["work_order_id"], row["id"]) for row in await tx.rows(_IN_HAND, id=technician_id)]


def end_assignment(tx: Transaction, job_id: UUID, *, ended_as: JobState) -> None:
    """Delete the job's assignment, and queue its technician at the sites where they work."""
    ended = {"job_id": job_id, "at": tx.now, "ended_as": ended_as}
    tx.change(_QUEUE_SITES_OF_HOLDERS, ended)
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
