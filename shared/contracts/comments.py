"""The facts about what was written on a ticket."""

from typing import ClassVar
from uuid import UUID

from pydantic import AwareDatetime

from shared.contracts.base import Snapshot


class CommentV1(Snapshot):
    """Words on a ticket; only public ones are told or shown to residents."""

    OWNER: ClassVar[str] = "tickets"
    ENTITY: ClassVar[str] = "comment"
    ABOUT: ClassVar[tuple[str, str]] = ("ticket", "ticket_id")
    FACTS: ClassVar[dict[str, str]] = {
        "added": "A comment was written on a ticket; public comments are told to the resident."
    }

    id: UUID
    ticket_id: UUID
    author_id: str
    by_staff: bool
    public: bool
    text: str
    at: AwareDatetime
    by_technician: bool = False
    """Written by a technician of the ticket's job."""
    attachments: tuple[UUID, ...] = ()
    """Those of the ticket's that it is about."""
