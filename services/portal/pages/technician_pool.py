"""`/w/pool`: what a technician may grab 抢单, and grabbing it."""

import asyncio
from uuid import UUID

from fastapi import Response

from services.portal.actions.technician_day import see_pool
from services.portal.actions.technician_work import grab_job
from services.portal.pages.page import Form, Page, Problem, Refusal, Technician, page_router
from services.portal.pages.technician_answers import problem_in_words
from services.portal.pages.technician_offers import planned_arrival
from services.portal.pages.technician_views import Sites, listed, person_mark

router = page_router()


@router.get("/w/pool")
async def pool(page: Technician) -> Response:
    """Show the jobs that the technician may grab."""
    return await _show(page)


@router.post("/w/jobs/{job_id}/grab")
async def grab(page: Technician, job_id: UUID, form: Form) -> Response:
    """Take a job from the pool, or be told who was first."""
    try:
        await grab_job(page.apis, job_id, planned_arrival(form), key=form.key)
    except Refusal as refusal:
        problem = await problem_in_words(page, refusal)
        if page.wants_json:
            return page.json(problem.members, problem.status)
        return await _show(page, problem)
    return page.see_other(f"/w/jobs/{job_id}", said="technician-said-grabbed")


async def _show(page: Page, problem: Problem | None = None) -> Response:
    found, _ = await asyncio.gather(see_pool(page.apis), page.prefetch_sites())
    sites = Sites(page)
    grabbable = listed(found)
    zone = await sites.zone([each.job for each in grabbable])
    return page.render(
        "technician/pool.html",
        problem.status if problem else 200,
        problem=problem,
        zone=zone,
        person=person_mark(page),
        found=found,
        rows=[(each, await sites.line(each.job)) for each in grabbable],
    )
