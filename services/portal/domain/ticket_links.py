"""Links that show one ticket without a login. Sealed, so that they tell of no person."""

import struct
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from uuid import UUID

from shared.ids import PersonId, SiteId, TicketId

VALID_FOR = timedelta(days=90)
_HEAD = struct.Struct(">16sII")
"""The ticket, and when the link was made and ends, in seconds since 1970."""


@dataclass(frozen=True, kw_only=True)
class TicketLink:
    """What a link opens. `person_id` is whose link it is; None: of a reporter without an account.
    Moments are in whole seconds.
    """

    ticket_id: TicketId
    site_id: SiteId
    person_id: PersonId | None
    made_at: datetime
    ends_at: datetime


def packed(link: TicketLink) -> bytes:
    """Return the link in few bytes: it is to stand in an address."""
    made, ends = (int(at.timestamp()) for at in (link.made_at, link.ends_at))
    names = f"{link.site_id}\0{link.person_id or ''}"
    return _HEAD.pack(link.ticket_id.bytes, made, ends) + names.encode()


def unpacked(raw: bytes) -> TicketLink:
    """Return the link that was packed."""
    ticket, made, ends = _HEAD.unpack_from(raw)
    site, _, person = raw[_HEAD.size :].decode().partition("\0")
    return TicketLink(
        ticket_id=TicketId(UUID(bytes=ticket)),
        site_id=SiteId(site),
        person_id=PersonId(person) if person else None,
        made_at=datetime.fromtimestamp(made, UTC),
        ends_at=datetime.fromtimestamp(ends, UTC),
    )
