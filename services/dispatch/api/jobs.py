"""Looking at jobs, and at why they go to whom."""

from typing import Annotated
from uuid import UUID

from fastapi import Query, Response
from pydantic import Field, StringConstraints

from services.dispatch.actions import list_jobs as listing
from services.dispatch.actions.explain_job import explain_job
from services.dispatch.api.deps import PreferredLanguage, StaffCaller, StaffOrTechnician
from services.dispatch.api.explanation_schemas import ExplanationOut, StandingOut
from services.dispatch.api.schemas import JobOut, JobsOut
from services.dispatch.domain.access import offers_seen
from services.dispatch.domain.language import Language
from shared.auth.caller import Caller
from shared.contracts.dispatch import JobState
from shared.db.transaction import Transaction
from shared.errors import NotFound
from shared.http.declared import refuses
from shared.http.fields import Identifier, Subject
from shared.http.paging import Paging
from shared.http.requests import Tx, etag
from shared.http.routing import action_router
from shared.ids import SiteId, TechnicianId

router = action_router("/v1/jobs", tag="jobs")

SpokenLanguage = Annotated[
    str, StringConstraints(pattern=r"^(zh|en)(-[A-Za-z0-9]{2,8}){0,2}$"), Field(examples=["zh-CN"])
]
"""A language tag (BCP 47) of Chinese or English: `zh`, `zh-CN`, `en-GB`."""


@router.get("")
@refuses(NotFound)
async def list_jobs(
    caller: StaffOrTechnician,
    tx: Tx,
    page: Paging,
    response: Response,
    site: Annotated[Identifier | None, Query()] = None,
    state: Annotated[JobState | None, Query()] = None,
    ticket_id: Annotated[UUID | None, Query()] = None,
    technician_id: Annotated[Subject | None, Query()] = None,
) -> JobsOut:
    """Return the newest work orders first, `limit` of them with their jobs.

    Staff see those of their sites, technicians their own with what they need to know of the ticket.
    """
    found = await listing.list_jobs(
        tx,
        by=caller,
        site_id=None if site is None else SiteId(site),
        state=state,
        ticket_id=ticket_id,
        technician_id=None if technician_id is None else TechnicianId(technician_id),
        before=page.before,
        limit=page.limit,
    )
    shown = page.cut(found, response, lambda each: each.order.id)
    return JobsOut(
        items=tuple(
            JobOut.of(each.order, job, each.ticket, only_offers_to=each.only_offers_to)
            for each in shown
            for job in each.jobs
        ),
        names=await listing.find_names_in(tx, shown),
    )


@router.get("/{job_id}")
async def get_job(job_id: UUID, caller: StaffOrTechnician, tx: Tx, response: Response) -> JobOut:
    """Return the job with what its technician needs to know of the ticket."""
    job = await see_job(tx, job_id, caller)
    etag(response, job.version)
    return job


@router.get("/{job_id}/explanation")
async def explain(
    job_id: UUID,
    caller: StaffCaller,
    tx: Tx,
    preferred: PreferredLanguage,
    technician_id: Annotated[Subject | None, Query()] = None,
    language: Annotated[SpokenLanguage | None, Query()] = None,
) -> ExplanationOut:
    """Return for every technician of the site (or the one asked about) the rules that bar them, or
    their place in the ranking.

    Each comes with a sentence (`text`), in the `language` asked for, else in what
    `Accept-Language` prefers, else in the site's.
    """
    found = await explain_job(
        tx,
        job_id,
        by=caller,
        about=None if technician_id is None else TechnicianId(technician_id),
        language=preferred if language is None else Language.of(language),
    )
    items = tuple(
        StandingOut.of(each, None if each.ranked is None else n, found.spoken)
        for n, each in enumerate(found.standings, start=1)
    )
    return ExplanationOut(
        job_id=job_id,
        state=found.job.state,
        mode=found.mode,
        language=found.spoken.language,
        held=found.held,
        items=items,
    )


async def see_job(tx: Transaction, job_id: UUID, caller: Caller) -> JobOut:
    """Return the job with its ticket. Raises NotFound for what the caller may not see."""
    order, ticket = await listing.see_job_with_ticket(tx, job_id, by=caller)
    return JobOut.of(
        order, order.job(job_id), ticket, only_offers_to=offers_seen(caller, order.site_id)
    )
