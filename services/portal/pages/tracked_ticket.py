"""One ticket as those see it whose it is: at `/r/tickets/{id}`, and by a link at `/t/{link}`."""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from uuid import UUID

from fastapi import Response

from services.portal.actions.timeline import read_timeline
from services.portal.adapters.messages import Translate
from services.portal.domain.advice import icon_for
from services.portal.domain.after_report import AfterReport, after_report
from services.portal.domain.deeds import advice, closes_at, deeds, what_was_done
from services.portal.domain.place_words import PlaceName, place_name
from services.portal.domain.promises import explained, promises, steps
from services.portal.domain.reporting import Question, Wrong, question_of
from services.portal.domain.site_words import category_names
from services.portal.domain.ticket_lines import ENTRIES, lines
from services.portal.domain.ticket_view import TicketView
from services.portal.domain.tracking import standing
from services.portal.pages.own_sentences import said_anew
from services.portal.pages.page import Api, Away, Page, Problem, Refusal, Submitted, path_of
from services.portal.pages.problems import problem_of
from services.portal.pages.wrongs import Written, problem_with
from shared.contracts.attachments import AttachmentKind
from shared.contracts.tickets import TicketState

AFTER_REPORT_COOKIE = "fettle_reported"


@dataclass(frozen=True)
class TrackedTicket:
    """A ticket and who looks at it. `base` is the path of its page, under which lie its deeds and,
    by a link, its files.
    """

    page: Page
    ticket_id: UUID
    base: str
    by_link: bool = False

    @property
    def api(self) -> str:
        """The path of the ticket at tickets."""
        return path_of("/v1/tickets/{}", self.ticket_id)

    @property
    def tickets(self) -> Api:
        return self.page.apis.tickets

    @property
    def reader(self) -> str | None:
        return self.page.visitor.person_id

    async def load(self) -> TicketView:
        """Return the ticket. Raises Refusal (404 where it is not theirs) and Away."""
        return TicketView.model_validate(await self.tickets.get(self.api))

    async def site(self, ticket: TicketView) -> Mapping[str, Any]:
        """Return the ticket's site: a link opens its ticket alone, so that the portal asks."""
        state = self.page.state
        if not self.by_link:
            return await self.page.site(ticket.site_id)
        return await state.site_cache.get(state.apis_of_portal(), state.subject, ticket.site_id)

    async def context(self, ticket: TicketView) -> dict[str, Any]:
        """Return what the frame of every page about the ticket shows."""
        site = await self.site(ticket)
        return {
            "ticket": ticket,
            "base": self.base,
            "by_link": self.by_link,
            "files": f"{self.base}/files" if self.by_link else "/files",
            "zone": site["time_zone"],
            "site": site,
            "phone": site.get("phone"),
            "place": place_name(site, ticket.place),
            "category": category_name(site, ticket.category, self.page.language),
        }

    async def show(
        self, *, problem: Problem | None = None, said: Mapping[str, str] | None = None
    ) -> Response:
        """Return the page; after a refusal with the `problem`, and with what was written."""
        ticket, timeline, _ = await asyncio.gather(
            self.load(), read_timeline(self.tickets, self.api), self._prefetch_sites()
        )
        context, ends_at = await asyncio.gather(
            self.context(ticket), self._objection_ends_at(ticket)
        )
        now, names = self.page.now, not self.by_link
        entries = ENTRIES.validate_python(timeline.lines)
        told = lines(entries, ticket, reader=self.reader, names=names)
        return self.page.render(
            "r/ticket.html",
            200 if problem is None else problem.status,
            **context,
            problem=problem,
            written=Written(said or {}),
            wrongs=Written(),
            standing=standing(ticket, now=now, names=names),
            steps=steps(ticket),
            promises=promises(ticket, now=now),
            explained=explained(ticket, now=now),
            lines=[
                replace(line, text=said_anew(self.page, line.text, context["zone"]))
                for line in told
            ],
            has_earlier_lines=timeline.has_earlier,
            done=what_was_done(told, ticket),
            before_photos={each.id for each in ticket.work.photos if each.before}
            if ticket.work
            else set(),
            papers={each.id for each in ticket.attachments if each.kind is AttachmentKind.PDF},
            questions=_questions(context["site"], ticket, self.page.language),
            advice=advice(ticket),
            icon_for=icon_for,
            closes_at=closes_at(ticket, context["site"], ends_at),
            after=self._after_report(),
            rating=ticket.rating_by(self.reader),
            can=deeds(ticket, reader=self.reader, now=now),
        )

    def refused(self, refusal: Refusal) -> Problem:
        """Return the refusal in a resident's words."""
        problem = problem_of(refusal, self.page.t, self.page.state.messages)
        key = _REFUSED.get(refusal.code)
        if key is None:
            return problem
        said = self.page.t(key)
        return replace(problem, said=said, members={**problem.members, "said": said})

    async def wrong(self, wrong: Wrong, form: Submitted) -> Response:
        """Return the page with what is wrong in the form, and what was written in it."""
        return await self.refuse(problem_with(self.page, wrong), form)

    def wrong_json(self, wrong: Wrong) -> Response | None:
        """Return what is wrong, for a script that shows it itself; None for a browser."""
        if not self.page.wants_json:
            return None
        problem = problem_with(self.page, wrong)
        return self.page.json(problem.members, problem.status)

    async def refuse(self, problem: Problem, form: Submitted | None) -> Response:
        """Return the page with the problem and, to be mended, what was written."""
        if self.page.wants_json:
            return self.page.json(problem.members, problem.status)
        return await self.show(problem=problem, said=form.fields if form else None)

    def place_words(self, context: Mapping[str, Any]) -> str:
        """Return where it is, in one line."""
        return place_line(context["place"], self.page.t)

    async def _prefetch_sites(self) -> None:
        if not self.by_link:
            await self.page.prefetch_sites()

    async def _objection_ends_at(self, ticket: TicketView) -> datetime | None:
        """Return until when its resolution may be objected to, as far as sla says."""
        if ticket.state is not TicketState.RESOLVED:
            return None
        try:
            clocks = await self.page.apis.sla.get("/v1/clocks", ticket_id=self.ticket_id)
        except (Refusal, Away):
            return None
        ends_at = clocks.get("objection_ends_at")
        return datetime.fromisoformat(ends_at) if ends_at else None

    def _after_report(self) -> AfterReport:
        return after_report(self.page.request.cookies.get(AFTER_REPORT_COOKIE, ""))


_REFUSED: Mapping[str, str] = {
    "illegal_step": "resident-no-illegal",
    "too_many_steps": "resident-no-full",
    "ticket_full": "resident-no-full",
    "too_many_changes": "resident-no-full",
    "too_many_comments": "resident-no-full",
    "too_many_attachments": "resident-photo-full",
    "too_late_to_reopen": "resident-no-too-late-reopen",
    "too_late_to_rate": "resident-no-too-late-rate",
    "already_rated": "resident-no-rated",
    "not_resolved": "resident-no-illegal",
    "not_the_reporter": "resident-no-not-reporter",
    "settled_by_yourself": "resident-no-yourself",
    "nothing_to_confirm": "resident-no-visit",
    "no_visit_agreed": "resident-no-visit",
    "stale_version": "resident-no-changed",
    "forbidden": "resident-no-only-read",
    "too_many_followers": "resident-no-many",
    "too_many_requests": "resident-no-busy",
    "idempotency_key_in_flight": "resident-no-busy",
}


def place_line(place: PlaceName, t: Translate) -> str:
    """Return a place in one line: `3号楼 1202`."""
    if place.unit and place.entrance:
        return t(
            "resident-building-entrance-unit",
            building=place.building,
            entrance=place.entrance,
            unit=place.unit,
        )
    if place.unit:
        return t("resident-building-unit", building=place.building, unit=place.unit)
    return place.spot or place.words or place.building


def category_name(site: Mapping[str, Any], code: str, language: str) -> str:
    """Return what the site calls a category."""
    return category_names(site, language).get(code, code)


def _questions(site: Mapping[str, Any], ticket: TicketView, language: str) -> list[Question]:
    """Return the questions that want an answer still, as a form puts them."""
    if not ticket.is_living:
        return []
    known = {
        str(each["code"]): each
        for category in site.get("categories", ())
        if category["code"] == ticket.category
        for each in category.get("questions", ())
    }
    return [
        question_of(
            known.get(each.question, {"code": each.question, "names": each.names}),
            language,
            field=f"q-{each.question}",
            why=each.why.value,
        )
        for each in ticket.missing
    ]
