"""What goes in and comes out of the tickets API."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

from pydantic import Field, StringConstraints
from pydantic_core import to_json

from services.tickets.actions.open_ticket import Opened
from services.tickets.actions.read_tickets import TicketWithView
from services.tickets.domain.conversation import asks_for_call_back
from services.tickets.domain.intake import MAX_ANSWERS, Report
from services.tickets.domain.places import Whereabouts
from services.tickets.domain.ticket import Ticket
from services.tickets.domain.verbs import Verb
from services.tickets.domain.work_view import DueView, WorkView
from shared.auth.caller import Caller
from shared.contracts import SkillNeed, Window
from shared.contracts.attachments import Attachment
from shared.contracts.categories import MissingAnswer, Nature, Road
from shared.contracts.imported import Imported
from shared.contracts.tickets import (
    Activity,
    Appointment,
    Channel,
    Classing,
    Note,
    Place,
    Priority,
    TicketState,
    TicketStep,
)
from shared.contracts.words import Danger, Rating
from shared.http.fields import (
    Body,
    Identifier,
    Reply,
    ShortWords,
    Storable,
    Subject,
    Words,
)
from shared.http.inputs import Language, LocationIn, WindowIn
from shared.http.routing import Json
from shared.standing import standing_visit

Answer = Annotated[str, StringConstraints(strip_whitespace=True, max_length=300), Storable]
Question = Annotated[str, StringConstraints(max_length=60), Storable]
Answers = Annotated[dict[Question, Answer], Field(max_length=MAX_ANSWERS)]
Demanded = Annotated[
    str, StringConstraints(strip_whitespace=True, min_length=1, max_length=1000), Storable
]


class PlaceIn(Body):
    """Where, in the reporter's words; a unit may be written as people do."""

    unit: ShortWords | None = Field(None, examples=["3-1202"])
    spot: ShortWords | None = None
    address: ShortWords | None = None
    location: LocationIn | None = None

    def whereabouts(self) -> Whereabouts:
        location = self.location
        return Whereabouts(
            unit=self.unit,
            spot=self.spot,
            address=self.address,
            lat=location.lat if location else None,
            lon=location.lon if location else None,
        )


class TicketIn(PlaceIn):
    """A report. Only the site and a category are demanded; what the site does not know is kept as
    words and marked `needs_info`.
    """

    site_id: Identifier = Field(examples=["demo"])
    category: ShortWords = Field(examples=["plumbing"])
    title: ShortWords = ""
    description: Words = Field("", examples=["厨房水管爆裂，水漫到走廊"])
    answers: Answers = {}
    preferred_windows: Annotated[list[WindowIn], Field(max_length=3)] = []
    language: Language | None = None
    channel: Channel = Channel.APP
    """Staff and integrations only, but for `app`: how the report came in."""
    reporter_id: Subject | None = None
    """Staff and integrations only: on whose behalf."""
    priority: Priority | None = None
    """Staff and integrations only: instead of the category's usual one; words of danger raise it
    all the same.
    """

    def report(self) -> Report:
        return Report(
            site_id=self.site_id,
            category=self.category,
            title=self.title,
            description=self.description,
            where=self.whereabouts(),
            answers=self.answers,
            priority=self.priority,
            preferred_windows=tuple(window.window() for window in self.preferred_windows),
            language=self.language,
            channel=self.channel,
            reporter_id=self.reporter_id,
        )


class TicketOut(Reply):
    """A ticket as it is; `legal` are the steps that the caller may take now."""

    id: UUID
    reference: str
    site_id: str
    state: TicketState
    cycle: int
    version: int
    category: str
    priority: Priority
    nature: Nature
    road: Road
    title: str
    description: str
    language: str
    channel: str
    reporter_id: str
    entered_by: str
    followers: tuple[str, ...]
    place: Place
    skills: tuple[SkillNeed, ...]
    answers: dict[str, str]
    needs_info: bool
    missing: tuple[MissingAnswer, ...]
    preferred_windows: tuple[Window, ...]
    hold: str | None
    before: TicketState | None
    duplicate_of: UUID | None
    opened_at: datetime
    steps: tuple[TicketStep, ...]
    classes: tuple[Classing, ...]
    answered_at: datetime | None
    told: tuple[datetime, ...]
    appointments: tuple[Appointment, ...]
    urges: tuple[datetime, ...]
    ratings: tuple[Rating, ...]
    language_chosen: bool
    activities: tuple[Activity, ...]
    note: Note | None
    cancel_requested_at: datetime | None
    danger: tuple[Danger, ...]
    imported: Imported | None
    attachments: tuple[Attachment, ...]
    call_back: bool
    legal: tuple[Verb, ...]

    @classmethod
    def of(cls, ticket: Ticket, by: Caller) -> "TicketOut":
        return cls.model_validate(_values(ticket, by))


_IN_SHORT = ("reference", "opened_at")
_IN_FULL = (*_IN_SHORT, "id", "state", "title")


class PossibleDuplicateOut(Reply):
    """A ticket that may be about the same; first of all what the same person has said of the same
    place in the last ten minutes.

    Of others, residents are told of those at public places only, with reference and time.
    """

    reference: str
    opened_at: datetime
    id: UUID | None = None
    state: TicketState | None = None
    title: str | None = None


class OpenedOut(TicketOut):
    category_asked: str | None
    """The category of the report, where the site does not know it: the ticket is then under `other`
    and marked `needs_info`.
    """
    possible_duplicates: tuple[PossibleDuplicateOut, ...]

    @classmethod
    def written(cls, opened: Opened, by: Caller) -> Json:
        """Write the answer around the ticket as it was written for its row and its fact."""
        alike = [
            PossibleDuplicateOut(**{name: getattr(other, name) for name in shown})
            for other in opened.duplicates
            for shown in (_IN_FULL if opened.full or other.id in opened.repeated else _IN_SHORT,)
        ]
        return _written(
            opened.ticket, by, category_asked=opened.category_asked, possible_duplicates=alike
        )


class TicketViewOut(TicketOut):
    """Beside the ticket, outside its version and ETag: who comes and when (`work`), and by when it
    was promised (`clocks`). `visit` is the newest of `appointments`, unless it was cancelled.
    """

    visit: Appointment | None
    work: WorkView | None
    clocks: tuple[DueView, ...]
    unheard_since: datetime | None
    """For staff: since when a resident's word waits for an answer."""

    @classmethod
    def written(cls, view: TicketWithView, by: Caller) -> Json:
        """Write the answer around the ticket as it is written for its row."""
        ticket = view.ticket
        return _written(
            ticket,
            by,
            visit=standing_visit(ticket.appointments),
            work=view.work,
            clocks=view.clocks,
            unheard_since=ticket.unheard_since if by.is_staff(ticket.site_id) else None,
        )


class QueuedTicketOut(TicketOut):
    next_due_at: datetime | None
    """When what it waits for falls due next, or fell due; null where it waits for nothing."""

    @classmethod
    def of_queued(cls, ticket: Ticket, by: Caller, due_at: datetime | None) -> "QueuedTicketOut":
        return cls.model_validate({**_values(ticket, by), "next_due_at": due_at})


class TicketsOut(Reply):
    """In the order `due` each ticket says when that is; in full, what its own view does."""

    items: list[TicketOut | QueuedTicketOut | TicketViewOut]

    @classmethod
    def in_full(cls, views: Sequence[TicketWithView], by: Caller) -> Json:
        """Write the list of these tickets."""
        return Json(
            b'{"items":[%s]}' % b",".join(TicketViewOut.written(each, by) for each in views)
        )


class UrgedOut(TicketOut):
    counted: bool

    @classmethod
    def of_urged(cls, ticket: Ticket, by: Caller, *, counted: bool) -> "UrgedOut":
        return cls.model_validate({**_values(ticket, by), "counted": counted})


def _values(ticket: Ticket, by: Caller) -> dict[str, Any]:
    return {**vars(_shown(ticket, by)), **_beside(ticket, by)}


def _written(ticket: Ticket, by: Caller, **more: Any) -> Json:
    """Return the ticket's JSON with more members at its end: to write a ticket again takes longer
    than all that stands beside it.
    """
    beside = to_json({**_beside(ticket, by), **more})
    return Json(b"%s,%s" % (_shown(ticket, by).json[:-1], beside[1:]))


def _shown(ticket: Ticket, by: Caller) -> Ticket:
    """Return the ticket as the caller is shown it: which place may have been meant, is for staff
    to say.
    """
    if not ticket.place.candidates or by.is_staff(ticket.site_id):
        return ticket
    return replace(ticket, place=ticket.place.model_copy(update={"candidates": ()}))


def _beside(ticket: Ticket, by: Caller) -> dict[str, Any]:
    return {"call_back": asks_for_call_back(ticket), "legal": sorted(ticket.legal_for(by))}
