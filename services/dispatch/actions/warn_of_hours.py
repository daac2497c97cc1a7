"""What a technician and the desk are warned of: a visit at hours that the resident did not name."""

from datetime import datetime, timedelta

from services.dispatch.actions.circumstances import load_circumstances
from services.dispatch.domain.places import way_min
from services.dispatch.domain.presence import hours_missed
from services.dispatch.domain.technician import Candidate
from services.dispatch.domain.work_order import WorkOrder
from services.dispatch.store.candidates import find_loads
from shared.db.transaction import Transaction
from shared.ids import TechnicianId


async def warn_of_hours(
    tx: Transaction,
    order: WorkOrder,
    technician_id: TechnicianId,
    *,
    planned_arrival: datetime | None = None,
) -> tuple[str, ...]:
    """Return a sentence where the technician, who sets out now or arrives as planned, comes at none
    of the hours that the resident asked for or agreed.

    It is no refusal: they may have spoken with each other since.
    """
    need = order.need
    if need.is_emergency or (need.visit is None and not need.windows_at(tx.now)):
        return ()
    case = (await load_circumstances(tx, order.site_id)).bare_case(need, (), now=tx.now)
    arrival = planned_arrival
    if arrival is None or arrival < tx.now:
        loads = await find_loads(tx, [technician_id])
        arrival = tx.now + max((_way(each, order, tx.now) for each in loads), default=timedelta(0))
    missed = hours_missed(case, arrival=arrival)
    return () if missed is None else (missed,)


async def warn_of_windows(
    tx: Transaction, order: WorkOrder, technician_id: TechnicianId
) -> tuple[str, ...]:
    """Return the same for a technician who is assigned by hand. An agreed visit may be days ahead:
    to assign it now is no fault.
    """
    return await warn_of_hours(tx, order, technician_id) if order.need.visit is None else ()


def _way(candidate: Candidate, order: WorkOrder, now: datetime) -> timedelta:
    return timedelta(minutes=way_min(candidate.metres_to(order.need.point, now)))
