"""Lower work gives way: a technician who takes an emergency leaves what they are doing."""

from services.dispatch.actions.circumstances import load_circumstances
from services.dispatch.actions.recording import record
from services.dispatch.domain.job_steps import interrupt
from services.dispatch.domain.work_order import WorkOrder
from services.dispatch.store.assignments import find_lower_work
from services.dispatch.store.work_orders import try_lock_order_of_job
from shared.db.transaction import Transaction
from shared.ids import TechnicianId


async def interrupt_lower_work(
    tx: Transaction, order: WorkOrder, technician_id: TechnicianId
) -> None:
    """Interrupt what the technician is doing for the sake of this work order, if that is an
    emergency, and the other job is none and its site allows it.

    The other work order is passed over while another transaction changes it, for it is locked out
    of order: it is interrupted when the technician sets out, at the latest.
    """
    if not order.need.is_emergency:
        return
    job_id = await find_lower_work(tx, technician_id)
    if job_id is None:
        return
    tx.demand_locks()
    lower = await try_lock_order_of_job(tx, job_id)
    if lower is None:
        return
    circumstances = await load_circumstances(tx, lower.site_id)
    if not circumstances.rules.emergencies_interrupt:
        return
    detail = {"job_id": str(job_id), "emergency": str(order.id)}
    await record(tx, lower, interrupt(lower, job_id, at=tx.now), detail=detail)
    # The technician does one job at a time: no row may say so of the next before this one is sent.
    await tx.flush()
