"""`/ops/tickets/{id}`: all that there is about one ticket."""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any
from uuid import UUID

from fastapi import Response

from services.portal.actions.timeline import Timeline, read_timeline
from services.portal.domain.desk.clock_rows import clock_rows
from services.portal.domain.desk.message_views import MESSAGES, Message
from services.portal.domain.desk.people import Cast
from services.portal.domain.desk.standings import Choice, choice_of
from services.portal.domain.desk.story import StoryLine, story
from services.portal.domain.desk.ticket import TICKET, TicketView
from services.portal.domain.desk.views import (
    ENTRIES,
    EXPLANATION,
    JOBS,
    Entry,
    Job,
    Jobs,
    Ledger,
    Offer,
)
from services.portal.domain.desk.work import assigned_offer
from services.portal.domain.reasons import DECLINED, Why, why_of
from services.portal.domain.site_words import answers_in_words, category_names
from services.portal.pages.desk_board import ledgers_of
from services.portal.pages.desk_refusals import Refused
from services.portal.pages.desk_words import Words
from services.portal.pages.page import (
    Away,
    Desk,
    Missing,
    Page,
    Refusal,
    page_router,
    parts,
    path_of,
)
from services.portal.store.account_names import find_account_names
from shared.contracts.dispatch import IN_HAND, JobState

router = page_router()

_TO_ASSIGN = (JobState.WAITING, JobState.OFFERED)


@router.get("/ops/tickets/{ticket_id}")
async def show(page: Desk, ticket_id: UUID) -> Response:
    """Show the ticket with its clocks, its story, who was asked and who was told."""
    return await ticket_page(page, ticket_id)


async def ticket_page(page: Page, ticket_id: UUID, *, refused: Refused | None = None) -> Response:
    """Return the page, after a step that was refused with why and with what was filled in."""
    if refused is not None and page.wants_json:
        return page.json(refused.members, refused.status)
    path = path_of("/v1/tickets/{}", ticket_id)
    reported, timeline, clocks, (jobs, work), messages, _ = await parts(
        _reported(page, path),
        read_timeline(page.apis.tickets, path),
        ledgers_of(page, [ticket_id]),
        _jobs(page, ticket_id),
        _messages(page, ticket_id),
        page.prefetch_sites(),
    )
    status = refused.status if refused else 200
    if isinstance(reported, Missing):
        if refused is not None:
            raise Away(reported.service)  # what was filled in is kept there
        return page.render("ops/ticket_away.html", 503, tickets=reported)
    told = _Told(timeline, clocks, jobs, work, messages)
    return page.render(
        "ops/ticket.html", status, refused=refused, **await _context(page, reported, told)
    )


@dataclass(frozen=True, kw_only=True)
class Reporter:
    """Who reported it, and how to reach them; `away` while that cannot be said."""

    name: str = ""
    phone: str = ""
    away: bool = False


@dataclass(frozen=True, kw_only=True)
class Work:
    """The jobs of the ticket: the open one, and who can take it, where it waits."""

    open: Job | None
    names: Mapping[str, str]
    choice: Choice | None = None
    held: bool = False
    others: Sequence[Job] = field(default=())
    done: Job | None = None
    """The job that was completed last."""

    @property
    def waits(self) -> bool:
        """Whether a technician is to be found for it."""
        return self.open is not None and self.open.state in _TO_ASSIGN

    @property
    def asked(self) -> str:
        """Return the id of the offer that a dispatcher made; empty where there is none."""
        offer = assigned_offer(self.open) if self.open else None
        return str(offer.id) if offer else ""

    @property
    def in_hand(self) -> bool:
        return self.open is not None and self.open.state in IN_HAND


@dataclass(frozen=True)
class _Reported:
    """The ticket, and what is known of its site and of its reporter."""

    ticket: TicketView
    site: Mapping[str, Any]
    reporter: Reporter


@dataclass(frozen=True)
class _Told:
    """What the services say about the ticket; each may be Missing."""

    timeline: Timeline | Missing
    clocks: Mapping[UUID, Ledger] | Missing
    jobs: Jobs | Missing
    work: Work
    messages: list[Message] | Missing

    @cached_property
    def entries(self) -> list[Entry] | Missing:
        """The lines of the timeline."""
        if isinstance(self.timeline, Missing):
            return self.timeline
        return ENTRIES.validate_python(self.timeline.lines)


async def _context(page: Page, reported: _Reported, told: _Told) -> dict[str, Any]:
    ticket, site, reporter = reported.ticket, reported.site, reported.reporter
    accounts = await _account_names(page, ticket, told)
    zone = str(site.get("time_zone", "")) or None
    words = Words(page, zone)
    cast = _cast(page, ticket, accounts, reporter, told.jobs)
    lines = _story(ticket, told, cast)
    ledger = None if isinstance(told.clocks, Missing) else told.clocks.get(ticket.id)
    return {
        "zone": zone,
        "site": site,
        "site_id": ticket.site_id,
        "ticket": ticket,
        "words": words,
        "place": words.place(site, ticket.place),
        "categories": category_names(site, page.language),
        "questions": answers_in_words(site, ticket.category, ticket.answers, page.language),
        "reporter": reporter,
        "cast": cast,
        "work": told.work,
        "offers": _offers(told.jobs),
        "story": lines,
        "clock_rows": [
            {
                "name": "",
                "kind": row.kind,
                "strip": row.strip,
                "by": " ".join(words.say(said) for said in row.said),
            }
            for row in clock_rows(ledger.items if ledger else (), ticket.steps, cast, now=page.now)
        ],
        "timeline": told.timeline,
        "clocks": told.clocks,
        "jobs": told.jobs,
        "messages": told.messages,
        "photos": {attachment.id: attachment for attachment in ticket.attachments},
        "duplicates": page.request.query_params.getlist("duplicate")[:5],
    }


async def _reported(page: Page, path: str) -> _Reported:
    ticket = TICKET.validate_python(await page.apis.tickets.get(path))
    site, reporter = await asyncio.gather(_site(page, ticket.site_id), _reporter(page, ticket))
    return _Reported(ticket, site, reporter)


async def _jobs(page: Page, ticket_id: UUID) -> tuple[Jobs | Missing, Work]:
    """Return the jobs, and who can take the one that waits."""
    [found] = await parts(page.apis.dispatch.get("/v1/jobs", ticket_id=str(ticket_id)))
    if isinstance(found, Missing):
        return found, Work(open=None, names={})
    jobs = JOBS.validate_python(found)
    return jobs, await _work(page, jobs)


async def _messages(page: Page, ticket_id: UUID) -> list[Message]:
    found = await page.apis.notify.get("/v1/messages", ticket_id=str(ticket_id))
    return MESSAGES.validate_python(found["items"])


async def _site(page: Page, site_id: str) -> Mapping[str, Any]:
    [site] = await parts(page.site(site_id))
    return {} if isinstance(site, Missing) else site


async def _reporter(page: Page, ticket: TicketView) -> Reporter:
    """Return the reporter's contacts, as far as notify has them."""
    path = path_of("/v1/recipients/{}", ticket.reporter_id)
    try:
        [found] = await parts(page.apis.notify.get(path))
    except Refusal:
        return Reporter()
    if isinstance(found, Missing):
        return Reporter(away=True)
    return Reporter(name=found["name"] or "", phone=found["phone"] or "")


async def _work(page: Page, jobs: Jobs) -> Work:
    living = [job for job in jobs.items if job.state in IN_HAND or job.state in _TO_ASSIGN]
    job = living[0] if living else None
    choice = None
    held = False
    if job is not None and job.state in _TO_ASSIGN:
        path = path_of("/v1/jobs/{}/explanation", job.id)
        try:
            found = await page.apis.dispatch.get(path, language=page.language)
        except (Refusal, Away):
            found = None  # the page is about more than who can go
        if found is not None:
            explanation = EXPLANATION.validate_python(found)
            choice, held = choice_of(explanation), explanation.held
    completed = [job for job in jobs.items if job.state is JobState.COMPLETED]
    done = max(completed, key=lambda job: job.steps[-1].at, default=None)
    return Work(open=job, names=jobs.names, choice=choice, held=held, others=living[1:], done=done)


async def _account_names(page: Page, ticket: TicketView, told: _Told) -> dict[str, str]:
    """Return what those who stand on the page are called, as far as they have an account."""
    ids = {ticket.reporter_id, ticket.entered_by, *(step.cause for step in ticket.steps)}
    if not isinstance(told.entries, Missing):
        ids |= {entry.cause for entry in told.entries}
    if not isinstance(told.messages, Missing):
        ids |= {message.recipient_id for message in told.messages}
    if not isinstance(told.jobs, Missing):
        ids |= {by for job in told.jobs.items for o in job.offers if (by := o.assigned_by)}
    async with page.transaction() as tx:
        return await find_account_names(tx, ids)


def _cast(
    page: Page,
    ticket: TicketView,
    accounts: Mapping[str, str],
    reporter: Reporter,
    jobs: Jobs | Missing,
) -> Cast:
    names = dict(accounts)
    if not isinstance(jobs, Missing):
        names |= jobs.names
        for job in jobs.items:
            technicians = (step.technician_id for step in reversed(job.steps) if step.technician_id)
            technician = job.technician_id or next(technicians, None)
            if technician in jobs.names:
                names[f"job:{job.id}"] = jobs.names[technician]
    if reporter.name:
        names[ticket.reporter_id] = reporter.name
    return Cast(
        reporter_id=ticket.reporter_id,
        names=names,
        roles={
            "system": page.t("desk-by-itself"),
            "dispatch": page.t("desk-by-dispatch"),
            "technician": page.t("role-technician"),
            "resident": page.t("role-resident"),
            "staff": page.t("role-dispatcher"),
        },
        residents=frozenset(ticket.followers),
    )


def _story(ticket: TicketView, told: _Told, cast: Cast) -> list[StoryLine]:
    if isinstance(told.entries, Missing):
        return []
    jobs = None if isinstance(told.jobs, Missing) else told.jobs.items
    return story(told.entries, jobs, cast, classes=ticket.classes)


def _offers(jobs: Jobs | Missing) -> list[tuple[Offer, Why]]:
    """Return who was asked, the newest first, each with why it was declined."""
    if isinstance(jobs, Missing):
        return []
    offers = [offer for job in jobs.items for offer in job.offers]
    offers.sort(key=lambda offer: offer.offered_at, reverse=True)
    return [(each, why_of(each.declined_for, DECLINED)) for each in offers]
