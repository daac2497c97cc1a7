"""`/w/jobs/{id}`: one job: where, what, by when, and the next step at the thumb."""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from fastapi import Query, Response

from services.portal.actions.technician_job import JobSeen, see_whole_job
from services.portal.actions.technician_work import Call, find_whom_to_call
from services.portal.adapters.apis import Away, Missing
from services.portal.domain.drawing.strip import Strip, draw_strip
from services.portal.domain.job_verbs import VERBS, WORDS
from services.portal.domain.reasons import RETURNED
from services.portal.domain.site_words import (
    answers_in_words,
    checked_in_words,
    checklist_of,
    name_of,
)
from services.portal.domain.step_forms import HOLD_REASONS, part_rows
from services.portal.domain.technician_day import next_due
from services.portal.pages.own_sentences import said_anew
from services.portal.pages.page import Page, Problem, Refusal, Submitted, Technician, page_router
from services.portal.pages.technician_views import Sites, over, person_mark, to_keep
from services.portal.pages.wrongs import Written

router = page_router()

_HOLD_WORDS = {
    "waiting_parts": "hold-waiting-parts",
    "no_access": "hold-no-access",
    "waiting_resident": "technician-hold-waiting-resident",
    "waiting_contractor": "hold-waiting-contractor",
}
_PART_ROWS = 3
_SHOWN_CLOCKS = ("arrival", "resolution")


@router.get("/w/jobs/{job_id}")
async def job(page: Technician, job_id: UUID, call: str = Query("", max_length=1)) -> Response:
    """Show the job; with `call` whom to call about it."""
    return await show_job(page, job_id, wants_call=bool(call))


@dataclass(frozen=True, kw_only=True)
class Tried:
    """What was tried on the page, by the name of its form, what was written in that, and why it was
    not taken.
    """

    verb: str
    form: Submitted
    problem: Problem


async def show_job(
    page: Page, job_id: UUID, tried: Tried | None = None, *, wants_call: bool = False
) -> Response:
    """Return the page of the job, with what was tried, to be mended; that it is over for the
    technician, where it is not theirs any more.
    """
    problem = tried.problem if tried else None
    written = Written(tried.form.fields if tried else {})
    try:
        seen, _ = await asyncio.gather(see_whole_job(page.apis, str(job_id)), page.prefetch_sites())
    except Refusal as refusal:
        if refusal.status != 404:
            raise
        status = problem.status if problem else 404
        return over(page, status, problem)
    sites = Sites(page)
    site, zone = await sites.get(seen.job.site_id), await sites.zone([seen.job])
    answers = seen.ticket.get("answers") or {} if isinstance(seen.ticket, Mapping) else {}
    response = page.render(
        "technician/job.html",
        problem.status if problem else 200,
        problem=problem,
        zone=zone,
        person=person_mark(page),
        seen=seen,
        said_anew=lambda text: said_anew(page, text, zone),
        job=seen.job,
        line=await sites.line(seen.job),
        clocks=_clocks(page, seen),
        due=None if isinstance(seen.clocks, Missing) else next_due(seen.clocks, seen.job),
        answers=answers_in_words(site, str(seen.job.category), answers, page.language),
        checklist=[
            (item["code"], name_of(item, page.language))
            for item in checklist_of(site, seen.job.category)
        ],
        checked=checked_in_words(
            site, seen.job.category, (seen.job.report or {}).get("checklist", ()), page.language
        ),
        ticked=tried.form.lists.get("done", ()) if tried else (),
        call=await _call(page, seen) if wants_call else None,
        verbs=[(verb, page.t(WORDS[verb.name])) for verb in VERBS],
        hold_reasons=[(each.value, page.t(_HOLD_WORDS[each.value])) for each in HOLD_REASONS],
        hold_words={code: page.t(key) for code, key in _HOLD_WORDS.items()},
        return_reasons=[(code, page.t(key)) for code, key in RETURNED.items()],
        written_in=lambda verb: written if tried and tried.verb == verb else Written(),
        part_rows=part_rows(tried.form.lists if tried else {}, least=_PART_ROWS),
        minutes=_minutes(page.now, seen.job.there_since()),
    )
    return to_keep(page, response)


async def refuse(
    page: Page, job_id: UUID, problem: Problem, form: Submitted, verb: str = ""
) -> Response:
    """Return what stood against the form: on the job's page with all that was written, to a script
    as JSON. `verb` names the form on the page.
    """
    if page.wants_json:
        return page.json(problem.members, problem.status)
    return await show_job(page, job_id, Tried(verb=verb, form=form, problem=problem))


async def _call(page: Page, seen: JobSeen) -> Call | None:
    try:
        return await find_whom_to_call(page.apis, seen.job.ticket_id)
    except (Refusal, Away):
        return None


def _clocks(page: Page, seen: JobSeen) -> list[dict[str, Any]] | Missing:
    """Return the promises that a technician works against, as strips."""
    if isinstance(seen.clocks, Missing):
        return seen.clocks
    known = {clock["kind"]: clock for clock in seen.clocks}
    return [
        {"kind": kind, "strip": _strip(known[kind], page.now), "by": ""}
        for kind in _SHOWN_CLOCKS
        if kind in known
    ]


def _strip(clock: Mapping[str, Any], now: datetime) -> Strip:
    stopped_at, due_at = clock.get("stopped_at"), clock.get("due_at")
    return draw_strip(
        started_at=datetime.fromisoformat(clock["started_at"]),
        due_at=None if due_at is None else datetime.fromisoformat(due_at),
        now=now,
        stopped_at=None if stopped_at is None else datetime.fromisoformat(stopped_at),
        cancelled=clock["state"] in ("cancelled", "unknown"),
    )


def _minutes(now: datetime, since: datetime | None) -> int | None:
    """Return how long the technician has been there."""
    return None if since is None else max(1, round((now - since).total_seconds() / 60))
