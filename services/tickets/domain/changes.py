"""What may differ from one version of a ticket to the next."""

from datetime import datetime
from typing import TypedDict

from shared.contracts import SkillNeed
from shared.contracts.attachments import Attachment
from shared.contracts.tickets import (
    Appointment,
    Classing,
    Danger,
    Priority,
    Rating,
    TicketState,
    TicketStep,
)


class Changes(TypedDict, total=False):
    """The fields, each with its new value."""

    state: TicketState
    category: str
    priority: Priority
    title: str
    followers: tuple[str, ...]
    skills: tuple[SkillNeed, ...]
    needs_info: bool
    hold: str | None
    before: TicketState | None
    steps: tuple[TicketStep, ...]
    classes: tuple[Classing, ...]
    answered_at: datetime | None
    told: tuple[datetime, ...]
    appointments: tuple[Appointment, ...]
    urges: tuple[datetime, ...]
    ratings: tuple[Rating, ...]
    danger: tuple[Danger, ...]
    attachments: tuple[Attachment, ...]
    cancel_requested_at: datetime | None
