"""Links that show one ticket without a login: sealed (AES-256-GCM, NIST SP 800-38D), so that they
tell of no person and are made nowhere else.
"""

import base64
import binascii
import hashlib
import hmac
import struct
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from uuid import UUID

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from shared.ids import PersonId, SiteId, TicketId

NONCE_BYTES = 12
_PURPOSE = b"fettle ticket link"
_HEAD = struct.Struct(">16sII")
"""The ticket, and when the link was made and ends, in seconds since 1970."""
_MAX_CHARACTERS = 1200
"""A site's and a person's id have 64 and 255 characters at most, of up to four bytes each."""


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


class TicketLinkSealer:
    """Seals with the first of the keys, `(id, 32 bytes)`; opens with all of them. The keys are
    those that sign tokens, made into others of their own.
    """

    def __init__(self, keys: Sequence[tuple[str, bytes]]) -> None:
        self._ciphers = [AESGCM(hmac.digest(key, _PURPOSE, hashlib.sha256)) for _, key in keys]

    def seal(self, link: TicketLink, *, nonce: bytes) -> str:
        """Return the link as it stands in an address. `nonce`: `NONCE_BYTES` random bytes, used
        once.
        """
        made, ends = (int(at.timestamp()) for at in (link.made_at, link.ends_at))
        names = f"{link.site_id}\0{link.person_id or ''}".encode()
        hidden = self._ciphers[0].encrypt(
            nonce, _HEAD.pack(link.ticket_id.bytes, made, ends) + names, None
        )
        return base64.urlsafe_b64encode(nonce + hidden).rstrip(b"=").decode()

    def open(self, text: str, *, now: datetime) -> TicketLink | None:
        """Return what the link opens; None for one that was cut, changed, made elsewhere, or is
        over.
        """
        link = self._opened(text)
        return None if link is None or link.ends_at <= now else link

    def _opened(self, text: str) -> TicketLink | None:
        if len(text) > _MAX_CHARACTERS:
            return None
        try:
            raw = base64.b64decode(
                text.encode("ascii") + b"=" * (-len(text) % 4), altchars=b"-_", validate=True
            )
        except (binascii.Error, ValueError):
            return None
        if len(raw) <= NONCE_BYTES:
            return None
        for cipher in self._ciphers:
            try:
                return _read(cipher.decrypt(raw[:NONCE_BYTES], raw[NONCE_BYTES:], None))
            except InvalidTag:
                continue
        return None


def _read(plain: bytes) -> TicketLink:
    ticket, made, ends = _HEAD.unpack_from(plain)
    site, _, person = plain[_HEAD.size :].decode().partition("\0")
    return TicketLink(
        ticket_id=TicketId(UUID(bytes=ticket)),
        site_id=SiteId(site),
        person_id=PersonId(person) if person else None,
        made_at=datetime.fromtimestamp(made, UTC),
        ends_at=datetime.fromtimestamp(ends, UTC),
    )
