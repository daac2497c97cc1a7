"""Changing what a ticket is about: its words, place and windows, its category and priority."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from services.tickets.domain.access import demand_staff
from services.tickets.domain.attachments import photos_on
from services.tickets.domain.intake import MAX_ANSWERS, check_windows
from services.tickets.domain.limits import MAX_CLASSES, TooManySteps
from services.tickets.domain.places import Whereabouts, amend_place
from services.tickets.domain.questions import holds_up, missing_answers
from services.tickets.domain.roads import road_for, usual_road
from services.tickets.domain.site import Site
from services.tickets.domain.ticket import Ticket
from services.tickets.domain.verbs import ReasonDemanded
from shared.auth.caller import Caller
from shared.contracts import SkillNeed, Window
from shared.contracts.categories import MissingAnswer
from shared.contracts.tickets import Classing, Place, Priority
from shared.errors import Invalid

_WORDING = ("answers", "description", "needs_info", "place", "preferred_windows", "title")


@dataclass(frozen=True, kw_only=True)
class Amendment:
    """What is to be different; None leaves it as it is.

    `where` replaces those parts of the place that it names, `answers` those answers (None takes one
    away); `cleared` are parts of the place, or `answers`, that are to be no more.
    """

    title: str | None = None
    description: str | None = None
    where: Whereabouts | None = None
    answers: Mapping[str, str | None] | None = None
    preferred_windows: tuple[Window, ...] | None = None
    category: str | None = None
    priority: Priority | None = None
    reason: str | None = None
    cleared: frozenset[str] = frozenset()

    @property
    def rewords(self) -> bool:
        told = (self.title, self.description, self.where, self.answers, self.preferred_windows)
        return bool(self.cleared) or any(each is not None for each in told)


def reword(ticket: Ticket, amendment: Amendment, *, site: Site, by: Caller, at: datetime) -> Ticket:
    """Return the ticket with the amendment's words, place, answers and windows; the same if none
    differs. Raises IllegalStep, Invalid, TicketFull.
    """
    if not amendment.rewords:
        return ticket
    if amendment.preferred_windows is not None:
        check_windows(amendment.preferred_windows, at=at)
    answers, needs_info, missing = _amended_answers(ticket, amendment), None, None
    if answers is not None:
        category, known = site.category(ticket.category)
        missing = missing_answers(
            category.questions,
            answers,
            photos=photos_on(ticket.attachments),
            before=ticket.missing,
            at=at,
        )
        needs_info = not known or holds_up(missing)
    place = None
    if amendment.where is not None or amendment.cleared:
        where = amendment.where or Whereabouts()
        place = amend_place(site, ticket.place, where, cleared=amendment.cleared)
    return amend(
        ticket,
        by=by,
        title=amendment.title,
        description=amendment.description,
        place=place,
        answers=answers,
        needs_info=needs_info,
        missing=missing,
        preferred_windows=amendment.preferred_windows,
    )


def _amended_answers(ticket: Ticket, amendment: Amendment) -> Mapping[str, str] | None:
    """Return the ticket's answers with the amendment's; None where it has none. Raises Invalid."""
    if amendment.answers is None and "answers" not in amendment.cleared:
        return None
    before = {} if "answers" in amendment.cleared else ticket.answers
    after = {**before, **(amendment.answers or {})}
    answers = {question: answer for question, answer in after.items() if answer is not None}
    if len(answers) > max(MAX_ANSWERS, len(ticket.answers)):
        raise Invalid(
            f"A ticket has at most {MAX_ANSWERS} answers; take others away with null.",
            field="/answers",
        )
    return answers


def amend(
    ticket: Ticket,
    *,
    by: Caller,
    title: str | None = None,
    description: str | None = None,
    place: Place | None = None,
    answers: Mapping[str, str] | None = None,
    needs_info: bool | None = None,
    missing: tuple[MissingAnswer, ...] | None = None,
    preferred_windows: tuple[Window, ...] | None = None,
) -> Ticket:
    """Return the ticket with other text, place, answers or windows (None leaves it as it is); the
    same if nothing differs.

    Raises IllegalStep when it has ended, TicketFull.
    """
    ticket.demand_life("amend", by)
    amended = replace(
        ticket,
        title=ticket.title if title is None else title,
        description=ticket.description if description is None else description,
        place=ticket.place if place is None else place,
        answers=ticket.answers if answers is None else answers,
        needs_info=ticket.needs_info if needs_info is None else needs_info,
        missing=ticket.missing if missing is None else missing,
        preferred_windows=(
            ticket.preferred_windows if preferred_windows is None else preferred_windows
        ),
    )
    return ticket if amended == ticket else amended.changed()


def reworded_fields(before: Ticket, after: Ticket) -> list[str]:
    """Return the names of what differs, in order."""
    return [name for name in _WORDING if getattr(before, name) != getattr(after, name)]


def class_anew(
    ticket: Ticket,
    amendment: Amendment,
    *,
    site: Site,
    by: Caller,
    at: datetime,
) -> Ticket:
    """Return the ticket under the amendment's category and priority; the same if neither differs. A
    new category does not move the priority, a new priority needs a reason. The road is the
    category's, but for an emergency on which words of danger stand.

    Raises Forbidden, Invalid, ReasonDemanded, IllegalStep, TooManySteps, TicketFull.
    """
    if amendment.category is not None or amendment.priority is not None:
        demand_staff(by, ticket.site_id, "change the category or the priority")
    code, nature, skills = ticket.category, ticket.nature, ticket.skills
    needs_info, missing, usual = ticket.needs_info, ticket.missing, usual_road(ticket, site)
    if amendment.category is not None:
        category, known = site.category(amendment.category)
        if not known:
            raise Invalid("The site has no such category.", field="/category")
        code, nature, skills = category.code, category.nature, category.skills
        missing = missing_answers(
            category.questions,
            ticket.answers,
            photos=photos_on(ticket.attachments),
            before=ticket.missing,
            at=at,
        )
        needs_info, usual = holds_up(missing), category.road
    if amendment.priority not in (None, ticket.priority) and not (amendment.reason or "").strip():
        raise ReasonDemanded("Say why the priority changes.", field="/reason")
    priority = amendment.priority or ticket.priority
    if (code, priority) == (ticket.category, ticket.priority):
        return ticket
    ticket.demand_life("reclassify", by)
    classing = Classing(
        at=at,
        category=code,
        priority=priority,
        nature=nature,
        road=road_for(usual, priority=priority, in_danger=bool(ticket.danger)),
    )
    return reclassify(ticket, classing, skills=skills, needs_info=needs_info, missing=missing)


def reclassify(
    ticket: Ticket,
    classing: Classing,
    *,
    skills: tuple[SkillNeed, ...],
    needs_info: bool,
    missing: tuple[MissingAnswer, ...] = (),
) -> Ticket:
    """Return the ticket under another category or priority from then on; the same if neither
    differs. Raises TooManySteps, TicketFull.
    """
    if (classing.category, classing.priority) == (ticket.category, ticket.priority):
        return ticket
    if len(ticket.classes) >= MAX_CLASSES:
        raise TooManySteps(f"A ticket can be reclassified {MAX_CLASSES} times.")
    at = max(classing.at, ticket.classes[-1].at)
    return ticket.changed(
        category=classing.category,
        priority=classing.priority,
        nature=classing.nature,
        road=classing.road,
        skills=skills,
        needs_info=needs_info,
        missing=missing,
        classes=(*ticket.classes, classing.model_copy(update={"at": at})),
    )
