"""The facts of __service__: what a ticket needs, until when, and whether it is overdue."""

from enum import StrEnum
from typing import ClassVar
from uuid import UUID

from pydantic import AwareDatetime

from shared.contracts.base import Snapshot


class __Entity__State(StrEnum):
    OPEN = "open"
    OVERDUE = "overdue"
    DROPPED = "dropped"


class __Entity__V1(Snapshot):
    """Something that one ticket needs."""

    OWNER: ClassVar[str] = "__service__"
    ENTITY: ClassVar[str] = "__entity__"
    ABOUT: ClassVar[tuple[str, str]] = ("ticket", "ticket_id")
    FACTS: ClassVar[dict[str, str]] = {
        "created": "It was asked for.",
        "overdue": "Its time has passed and its ticket goes on.",
        "dropped": "Its ticket has ended; it is not needed any more.",
    }

    id: UUID
    ticket_id: UUID
    state: __Entity__State
    text: str
    due_at: AwareDatetime
