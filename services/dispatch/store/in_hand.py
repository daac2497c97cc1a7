"""What technicians hold and are asked to take, with where it is."""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence

from pydantic import TypeAdapter
from sqlalchemy import text

from services.dispatch.domain.on_duty import JobInHand
from shared.db.transaction import Transaction
from shared.ids import TechnicianId

_JOBS = TypeAdapter(list[JobInHand])

_SHOWN = """
    j.id as job_id, j.work_order_id as ticket_id, j.site_id, j.state,
    cast(j.steps -> -1 ->> 'at' as timestamptz) as since, j.planned_arrival, w.category,
    w.need ->> 'priority' as priority, t.body ->> 'reference' as reference,
    t.body -> 'place' as place"""
_WITH_TICKET = """
    join work_orders w on w.id = j.work_order_id
    left join snapshots t on t.entity = 'tickets.ticket' and t.id = cast(w.id as text)"""
_HELD = text(f"""
    select a.technician_id, {_SHOWN} from assignments a join jobs j on j.id = a.job_id
      {_WITH_TICKET}
    where a.technician_id = any(cast(:ids as text[])) and a.ended_at is null
    order by a.technician_id, a.doing desc, a.accepted_at, a.id""")
_ASKED = text(f"""
    select o.technician_id, o.expires_at, {_SHOWN} from offers o join jobs j on j.id = o.job_id
      {_WITH_TICKET}
    where o.technician_id = any(cast(:ids as text[])) and o.state = 'open'
      and o.expires_at > clock_timestamp()
    order by o.technician_id, o.expires_at, o.id""")
_NAMES = text("select id, name from technicians where id = any(cast(:ids as text[]))")


async def find_held(
    tx: Transaction, ids: Collection[TechnicianId]
) -> Mapping[TechnicianId, Sequence[JobInHand]]:
    """Return what each of them holds, what they are doing first, then in the order in which they
    took it.
    """
    return _by_technician(_JOBS.validate_python(await tx.rows(_HELD, ids=list(ids))))


async def find_asked(
    tx: Transaction, ids: Collection[TechnicianId]
) -> Mapping[TechnicianId, Sequence[JobInHand]]:
    """Return what each of them is asked to take, the offer that ends first first."""
    return _by_technician(_JOBS.validate_python(await tx.rows(_ASKED, ids=list(ids))))


async def find_names(tx: Transaction, ids: Collection[str]) -> dict[str, str]:
    """Return what these technicians are called, also those who were removed."""
    return {row["id"]: row["name"] for row in await tx.rows(_NAMES, ids=sorted(ids))}


def _by_technician(jobs: Sequence[JobInHand]) -> Mapping[TechnicianId, Sequence[JobInHand]]:
    found: dict[TechnicianId, list[JobInHand]] = defaultdict(list)
    for job in jobs:
        found[job.technician_id].append(job)
    return found
