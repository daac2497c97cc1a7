"""Identity: typed ids, and where new ones come from."""

from datetime import datetime, timedelta
from typing import NewType
from uuid import NAMESPACE_OID, UUID, uuid5

from uuid_utils.compat import uuid7

TicketId = NewType("TicketId", UUID)
JobId = NewType("JobId", UUID)
OfferId = NewType("OfferId", UUID)
SiteId = NewType("SiteId", str)
PersonId = NewType("PersonId", str)
TechnicianId = NewType("TechnicianId", str)

_BITS_OF_CHANCE = 80
"""Of a UUIDv7: what follows the time, with version and variant."""
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


CLOCKS_DIFFER = timedelta(hours=2)
"""An id is made within that of the moment that is stored beside it, which is another look at the
clock.
"""


def id_at(at: datetime, later: timedelta = timedelta()) -> UUID:
    """Return the lowest UUIDv7 of the millisecond that is so much later; beyond the first and the
    last that there are, of these. Ids are in the order of time, so that a moment bounds them.
    """
    milliseconds = min(max(int((at.timestamp() + later.total_seconds()) * 1000), 0), (1 << 48) - 1)
    return UUID(int=milliseconds << 80)


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


def id_of_then(at: datetime) -> UUID:
    """Return a new UUIDv7 that stands where one made at `at` would; not before 1970."""
    milliseconds = max(int(at.timestamp() * 1000), 0)
    return UUID(int=milliseconds << _BITS_OF_CHANCE | new_id().int & ((1 << _BITS_OF_CHANCE) - 1))
