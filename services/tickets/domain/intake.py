"""Intake: forgiving, and never loses one.

What cannot be understood is kept as it was said and marked.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from pydantic import JsonValue

from services.tickets.domain.danger.heeding import is_higher, raised
from services.tickets.domain.danger.words import words_of_danger
from services.tickets.domain.places import Whereabouts, resolve_place
from services.tickets.domain.questions import holds_up, missing_answers, said_in
from services.tickets.domain.roads import road_for
from services.tickets.domain.site import Category, Site
from services.tickets.domain.ticket import Ticket
from services.tickets.domain.visits import demand_near
from shared.contracts import Window
from shared.contracts.tickets import Channel, Classing, Priority, TicketStep
from shared.contracts.tickets import TicketState as State
from shared.contracts.words import Danger
from shared.errors import Invalid
from shared.ids import TicketId

_MAX_WINDOWS = 3
MAX_ANSWERS = 12
CATEGORY_ASKED = "category_asked"
"""The answer that holds the words of a category that the site does not know."""


@dataclass(frozen=True, kw_only=True)
class Report:
    """What a person asks for, in their words, before the site has made a ticket of it.

    `priority` None is the category's usual one, `reporter_id` None the person who enters it.
    """

    site_id: str
    category: str
    title: str = ""
    description: str = ""
    where: Whereabouts = field(default_factory=Whereabouts)
    answers: Mapping[str, str] = field(default_factory=dict)
    priority: Priority | None = None
    preferred_windows: tuple[Window, ...] = ()
    language: str | None = None
    channel: Channel = Channel.APP
    reporter_id: str | None = None


@dataclass(frozen=True, kw_only=True)
class Understood:
    """A report as the site understood it: the ticket at version 1, and what its timeline says
    beside it.
    """

    ticket: Ticket
    danger: tuple[str, ...]
    """The words that raised the priority; empty if none did."""
    category_asked: str | None
    """The category that the report named, where the site does not know it and took `other`; None
    where it does.
    """

    @property
    def detail(self) -> dict[str, JsonValue]:
        """Return what the line of its opening says beside the ticket."""
        said = {"danger": ", ".join(self.danger) or None, "category_asked": self.category_asked}
        return {name: value for name, value in said.items() if value is not None}


def open_ticket_for(
    report: Report, site: Site, *, by: str, id: TicketId, reference: str, at: datetime
) -> Understood:
    """Return the new ticket, whatever category was named; `by` is who enters it.

    Raises Invalid, TicketFull.
    """
    check_windows(report.preferred_windows, at=at)
    category, known = site.category(report.category)
    usual = report.priority or category.priority
    asked = None if known else report.category
    title, answers = _with_category_asked(report, asked)
    place = resolve_place(site, report.where)
    said = _said(report, category)
    danger = words_of_danger(site.danger_words, *said, asked or "", place.address or "")
    priority = raised(usual, danger)
    road = road_for(category.road, priority=priority, in_danger=bool(danger))
    missing = missing_answers(category.questions, report.answers, at=at)
    ticket = Ticket(
        id=id,
        site_id=site.id,
        reference=reference,
        state=State.OPEN,
        category=category.code,
        priority=priority,
        nature=category.nature,
        road=road,
        title=title,
        description=report.description,
        language=report.language or site.language,
        language_chosen=report.language is not None,
        channel=report.channel.value,
        reporter_id=report.reporter_id or by,
        entered_by=by,
        place=place,
        skills=category.skills,
        answers=answers,
        needs_info=not known or holds_up(missing),
        missing=missing,
        preferred_windows=report.preferred_windows,
        opened_at=at,
        steps=(TicketStep(at=at, state=State.OPEN, cycle=1, cause=by),),
        classes=(
            Classing(
                at=at,
                category=category.code,
                priority=priority,
                nature=category.nature,
                road=road,
            ),
        ),
        danger=(Danger(at=at, words=danger, cause=by),) if danger else (),
    )
    ticket.demand_room_for_its_end()
    return Understood(
        ticket=ticket,
        danger=danger if is_higher(priority, usual) else (),
        category_asked=asked,
    )


def _with_category_asked(report: Report, asked: str | None) -> tuple[str, Mapping[str, str]]:
    """Return title and answers with the words of a category that is not known: they are the title
    where there is none, else an answer.
    """
    if not asked:
        return report.title, report.answers
    if not report.title:
        return asked, report.answers
    same = report.answers.get(CATEGORY_ASKED)
    words = asked if same is None else f"{same}, {asked}"
    return report.title, {**report.answers, CATEGORY_ASKED: words}


def _said(report: Report, category: Category) -> tuple[str, ...]:
    """Return what a person wrote or chose. The answers of an import are another system's own
    fields, which name a kind of fault and not what is the case.
    """
    is_import = report.channel is Channel.IMPORT
    answers = () if is_import else said_in(category.questions, report.answers)
    return (report.title, report.description, *answers)


def check_windows(windows: tuple[Window, ...], *, at: datetime) -> None:
    """Raise Invalid for more than three, one that ends before it starts, or is far from `at`."""
    if len(windows) > _MAX_WINDOWS:
        raise Invalid(f"At most {_MAX_WINDOWS} preferred windows.", field="/preferred_windows")
    for n, window in enumerate(windows):
        if not window.start < window.end:
            raise Invalid("A window must end after it starts.", field=f"/preferred_windows/{n}/end")
        demand_near(window.start, at=at, field=f"/preferred_windows/{n}/start")
