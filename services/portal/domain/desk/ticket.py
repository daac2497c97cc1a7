"""A ticket as its desk reads it."""

from uuid import UUID

from pydantic import AwareDatetime, Field, TypeAdapter

from services.portal.domain.desk.views import Work
from shared.contracts.attachments import Attachment
from shared.contracts.base import Contract, Window
from shared.contracts.categories import MissingAnswer, Nature, Road
from shared.contracts.imported import Imported
from shared.contracts.tickets import (
    Appointment,
    Classing,
    Place,
    Priority,
    TicketState,
    TicketStep,
)
from shared.contracts.words import Danger, Rating


class TicketView(Contract):
    """What `GET /v1/tickets/{id}` answers staff, as far as the page reads it."""

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
    answers: dict[str, str]
    needs_info: bool
    missing: tuple[MissingAnswer, ...]
    preferred_windows: tuple[Window, ...]
    duplicate_of: UUID | None
    opened_at: AwareDatetime
    steps: tuple[TicketStep, ...]
    classes: tuple[Classing, ...]
    ratings: tuple[Rating, ...]
    cancel_requested_at: AwareDatetime | None
    danger: tuple[Danger, ...]
    imported: Imported | None
    attachments: tuple[Attachment, ...]
    call_back: bool
    legal: tuple[str, ...]
    visit: Appointment | None
    work: Work | None
    unheard_since: AwareDatetime | None = None
    urges: tuple[AwareDatetime, ...] = Field(default=())

    @property
    def is_living(self) -> bool:
        """Whether it is not resolved."""
        return self.state in _LIVING

    @property
    def hold_reason(self) -> str:
        """Why it is on hold; empty where it is not."""
        return (self.steps[-1].reason or "") if self.state is TicketState.ON_HOLD else ""

    @property
    def merged_into(self) -> str:
        """The reference of the ticket that goes on instead; empty where it is no duplicate."""
        return (self.steps[-1].merged_into or "") if self.duplicate_of else ""


_LIVING = frozenset(
    {TicketState.OPEN, TicketState.ASSIGNED, TicketState.IN_PROGRESS, TicketState.ON_HOLD}
)
TICKET = TypeAdapter(TicketView)
