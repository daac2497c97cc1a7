"""Why a job goes to whom it goes to, technician by technician."""

from uuid import UUID

from services.dispatch.actions.circumstances import load_circumstances
from services.dispatch.domain.asking import Standing, standings
from services.dispatch.domain.rules import Mode
from services.dispatch.domain.work_order import WorkOrder
from services.dispatch.store.technicians import find_candidates
from services.dispatch.store.waiting import load_case
from shared.db.transaction import Transaction
from shared.ids import TechnicianId


async def explain_job(
    tx: Transaction, order: WorkOrder, job_id: UUID, *, about: TechnicianId | None
) -> tuple[Mode, list[Standing]]:
    """The mode, and everybody at the site (or `about`, wherever they work): those who can, best
    first, then who cannot and why.
    """
    job = order.job(job_id)
    circumstances = await load_circumstances(tx, order.site_id)
    case = circumstances.case(
        await load_case(tx, job_id, since=circumstances.cooled_since), now=tx.now
    )
    concerned = {offer.technician_id for offer in job.offers} | ({about} if about else set())
    candidates = await find_candidates(tx, order.site_id, also=sorted(concerned))
    found = standings(case, candidates)
    mode = circumstances.rules.mode_of(order.need.category)
    return mode, [each for each in found if about is None or each.candidate.technician.id == about]
