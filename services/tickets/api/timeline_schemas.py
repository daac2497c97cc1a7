"""What goes in and out over HTTP of a ticket's timeline and comments."""

from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

from pydantic import Field, StringConstraints

from services.tickets.domain.attachments import MAX_ATTACHMENTS
from shared.http.fields import Body, Flag, Reply, Storable


class CommentIn(Body):
    text: Annotated[
        str, StringConstraints(strip_whitespace=True, min_length=1, max_length=4000), Storable
    ]
    public: Flag = True
    attachments: Annotated[tuple[UUID, ...], Field(max_length=MAX_ATTACHMENTS)] = ()
    """Those of the ticket's attachments that the comment is about."""


class CommentOut(Reply):
    id: UUID
    ticket_id: UUID
    author_id: str
    by_staff: bool
    by_technician: bool
    public: bool
    text: str
    at: datetime
    attachments: tuple[UUID, ...]


class EntryOut(Reply):
    """One line of a timeline.

    `cause` is a person's id, `job:ID` (the technician who has that job), `dispatch` or `system`; a
    comment has its text.
    """

    n: int
    at: datetime
    name: str
    cause: str
    public: bool
    detail: dict[str, Any]
    comment_id: UUID | None
    text: str | None
    by_staff: bool | None
    by_technician: bool | None


class TimelineOut(Reply):
    items: list[EntryOut]
