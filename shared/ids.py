"""Identity: typed ids, and where new ones come from."""

from typing import NewType
from uuid import NAMESPACE_OID, UUID, uuid5

from uuid_utils.compat import uuid7

TicketId = NewType("TicketId", UUID)
JobId = NewType("JobId", UUID)
OfferId = NewType("OfferId", UUID)
SiteId = NewType("SiteId", str)
PersonId = NewType("PersonId", str)
TechnicianId = NewType("TechnicianId", str)

MAX_SUBJECT_LENGTH = 255
"""Characters of a subject (OpenID Connect Core §2)."""


def is_subject(value: object) -> bool:
    """Return whether an issuer may call a person so: 1 to 255 printable characters, not all of them
    spaces.

    Printable leaves out control characters, line breaks, NUL and halves of surrogate pairs.
    """
    return (
        isinstance(value, str)
        and len(value) <= MAX_SUBJECT_LENGTH
        and value.isprintable()
        and not (value == "" or value.isspace())
    )


def new_id() -> UUID:
    """Return a UUIDv7: unique anywhere, and in the order of time (RFC 9562 §5.7)."""
    return uuid7()


def is_id(text: str) -> bool:
    """Return whether the text is a UUID."""
    try:
        UUID(text)
    except ValueError:
        return False
    return True


def derived_id(parent: UUID, *parts: str | int) -> UUID:
    """Return the id of something that exists once under `parent`: the same every time it is asked
    for (RFC 9562 §5.5).
    """
    return uuid5(NAMESPACE_OID, "/".join([parent.hex, *map(str, parts)]))
