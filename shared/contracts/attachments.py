"""Files on a ticket: photos and documents, of which facts say that they are there."""

from enum import StrEnum
from uuid import UUID

from pydantic import AwareDatetime

from shared.contracts.base import Contract


class AttachmentKind(StrEnum):
    PHOTO = "photo"
    PDF = "pdf"


class Attachment(Contract):
    """A file that was put on a ticket at `at`; what it was called stands nowhere.

    `by` is the person who sent it, `job:ID` where that is the job's technician.
    """

    id: UUID
    kind: AttachmentKind
    by: str
    at: AwareDatetime
    by_staff: bool = False
    public: bool = True
    """Whether residents see it."""


class WorkPhoto(Contract):
    """An attachment of the ticket that shows a technician's work, as they say it."""

    id: UUID
    before: bool = False
    """Whether it shows how it was before the work."""
