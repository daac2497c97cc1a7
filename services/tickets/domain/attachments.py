"""Files on a ticket: what they may be, how many, and what is kept of each."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from uuid import UUID

from services.tickets.domain.limits import demand_room
from services.tickets.domain.ticket import Ticket
from shared.auth.caller import Caller
from shared.contracts.attachments import Attachment, AttachmentKind
from shared.contracts.tickets import Deed
from shared.errors import Conflict, Invalid, Unavailable, Unsupported

MAX_ATTACHMENTS = 8
MAX_BYTES = 10 * 1024 * 1024
HEAD_BYTES = 64
"""So much of a file's beginning says what it is,"""
TAIL_BYTES = 1024
"""and so much of its end whether a PDF is whole (ISO 32000-1, annex H.3)."""
_PART_OF_THE_REPORT = timedelta(minutes=10)
"""What a person adds so soon after the report is part of it, and no news to the desk."""
_HEIF_BRANDS = frozenset({b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx"})


class Format(StrEnum):
    """What a file is by its content."""

    JPEG = "jpeg"
    PNG = "png"
    WEBP = "webp"
    HEIC = "heic"
    PDF = "pdf"


class NotAttachable(Unsupported):
    code = "not_attachable"


class UnreadableFile(Invalid):
    code = "unreadable_file"


class TooManyPixels(Invalid):
    code = "too_many_pixels"


class ImageTooCostly(Invalid):
    """It takes more time or memory than an image of its size should."""

    code = "image_too_costly"


class TooManyAttachments(Conflict):
    code = "too_many_attachments"


class UnknownAttachment(Invalid):
    code = "unknown_attachment"


class NotProcessed(Unavailable):
    """What reads images ended on the way, or has too many to read."""

    code = "attachment_not_processed"
    retry_after_s = 5


class FileMissing(Unavailable):
    """The file is not where files are kept: the disk is away, or lost it."""

    code = "file_missing"
    retry_after_s = 60


@dataclass(frozen=True, kw_only=True)
class StoredFile:
    """A file as it is kept, under a name that says whose it is and what is in it."""

    name: str
    media_type: str
    size_bytes: int
    sha256: str


@dataclass(frozen=True, kw_only=True)
class AttachedFile:
    """What is kept of an attachment: the file, and of a photo a small one."""

    id: UUID
    kind: AttachmentKind
    file: StoredFile
    width: int | None = None
    height: int | None = None
    thumbnail: StoredFile | None = None

    @property
    def names(self) -> Sequence[str]:
        return [each.name for each in (self.file, self.thumbnail) if each is not None]


@dataclass(frozen=True, kw_only=True)
class OldFile:
    """A file that was put where files are kept long ago."""

    name: str
    id: UUID


_EXTENSIONS = {"image/jpeg": "jpg", "image/webp": "webp", "application/pdf": "pdf"}


def stored_file(
    id: UUID, *, part: str, media_type: str, size_bytes: int, sha256: str
) -> StoredFile:
    """Return the file's place; `part` tells the files of one attachment apart."""
    name = f"{id}.{part}.{sha256}.{_EXTENSIONS[media_type]}"
    return StoredFile(name=name, media_type=media_type, size_bytes=size_bytes, sha256=sha256)


def format_of(head: bytes, tail: bytes) -> Format:
    """Return what the file is by its first and last bytes, whatever it is called.

    Raises NotAttachable, and UnreadableFile for a PDF without its end.
    """
    if head.startswith(b"\xff\xd8\xff"):
        return Format.JPEG
    if head.startswith(b"\x89PNG\r\n\x1a\n"):
        return Format.PNG
    if head[:4] == b"RIFF" and head[8:12] == b"WEBP":
        return Format.WEBP
    if head[4:8] == b"ftyp" and _HEIF_BRANDS & {head[8:12], *_words(head[16:])}:
        return Format.HEIC
    if head.startswith(b"%PDF-"):
        if b"%%EOF" not in tail:
            raise UnreadableFile("The PDF has no end: it was cut on the way.")
        return Format.PDF
    raise NotAttachable(
        "A ticket takes JPEG, PNG, WebP, HEIC and PDF, by what is in the file and not by its name."
    )


def attach(ticket: Ticket, attachment: Attachment) -> Ticket:
    """Return the ticket with the file on it. Raises TooManyAttachments, TicketFull."""
    demand_room_for_attachment(ticket)
    after = ticket.changed(attachments=(*ticket.attachments, attachment))
    demand_room(size=len(after.json))
    return after


def demand_room_for_attachment(ticket: Ticket) -> None:
    """Raise TooManyAttachments when the ticket has as many as it may."""
    if len(ticket.attachments) >= MAX_ATTACHMENTS:
        raise TooManyAttachments(
            f"A ticket has at most {MAX_ATTACHMENTS} attachments.", limit=MAX_ATTACHMENTS
        )


def heard_by_desk(ticket: Ticket, *, by: Caller, at: datetime) -> Ticket:
    """Return the same version with the file as something its people did, but for what still belongs
    to the report.
    """
    if ticket.speaks_as_staff(by) or at - ticket.opened_at < _PART_OF_THE_REPORT:
        return ticket
    return ticket.did(Deed.AMENDED, by=by, at=at, changed=("attachments",))


def demand_attachments(
    named: Sequence[UUID], there: Collection[Attachment], *, public: bool
) -> tuple[UUID, ...]:
    """Return the attachments that a comment names, each once.

    Raises UnknownAttachment for one that is not among those that its author sees, or that those who
    read a public comment do not.
    """
    known = {each.id for each in there if each.public or not public}
    for place, id in enumerate(named):
        if id not in known:
            raise UnknownAttachment(
                "The ticket has no such attachment for those who read the comment.",
                field=f"/attachments/{place}",
            )
    return tuple(dict.fromkeys(named))


def _words(brands: bytes) -> set[bytes]:
    """Return the compatible brands of an ISO media file (ISO/IEC 14496-12, 4.3)."""
    return {brands[at : at + 4] for at in range(0, len(brands), 4)}
