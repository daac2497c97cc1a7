"""Why a job goes to whom it goes to, technician by technician."""

from dataclasses import dataclass, replace
from uuid import UUID

from services.dispatch.actions.circumstances import load_circumstances
from services.dispatch.actions.seeing import see_managed_job
from services.dispatch.domain.access import may_see_technician
from services.dispatch.domain.asking import Standing, standings
from services.dispatch.domain.job import Job
from services.dispatch.domain.language import Language
from services.dispatch.domain.rules import Mode
from services.dispatch.domain.sentences import Spoken
from services.dispatch.store.candidates import find_candidates, with_emergencies
from services.dispatch.store.turns import load_skill_names
from services.dispatch.store.waiting_jobs import load_case
from shared.auth.caller import Caller
from shared.db.transaction import Transaction
from shared.ids import TechnicianId


@dataclass(frozen=True, kw_only=True)
class Explanation:
    """How a job is handed out, and each technician's result: those who can, best first, then who
    cannot and why.
    """

    job: Job
    mode: Mode
    held: bool
    spoken: Spoken
    """How its sentences are said."""
    standings: tuple[Standing, ...]


async def explain_job(
    tx: Transaction,
    job_id: UUID,
    *,
    by: Caller,
    about: TechnicianId | None,
    language: Language | None,
) -> Explanation:
    """Explain the job for all technicians of its site and those who were asked, or for `about`
    alone; of one whom the caller does not see nothing is said. In the site's language where none
    is given.

    Raises NotFound.
    """
    order = await see_managed_job(tx, job_id, by=by)
    job = order.job(job_id)
    circumstances = await load_circumstances(tx, order.site_id)
    case = circumstances.case(
        await load_case(tx, job_id, since=circumstances.cooled_since), now=tx.now
    )
    asked = {offer.technician_id for offer in job.offers}
    concerned = asked | ({about} if about else set())
    candidates = [
        each
        for each in await find_candidates(tx, order.site_id, also=sorted(concerned))
        if each.technician.id in asked or may_see_technician(by, each.technician)
    ]
    if order.need.is_emergency:
        candidates = await with_emergencies(tx, candidates)
    found = standings(case, candidates)
    spoken = case.spoken(language or circumstances.language)
    return Explanation(
        job=job,
        mode=circumstances.rules.mode_of(order.need.category),
        held=order.need.held,
        spoken=replace(spoken, skill_names=await load_skill_names(tx, order.site_id)),
        standings=tuple(
            each for each in found if about is None or each.candidate.technician.id == about
        ),
    )
