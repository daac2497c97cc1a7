"""API keys: with which an integration gets tokens."""

import base64
import binascii
import hashlib
import hmac
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from shared.ids import PersonId, SiteId

SECRET_BYTES = 32
_PREFIX = "fettle_"
"""By which scanners of code find a key that was published."""
_ID_LENGTH, _SECRET_LENGTH = 22, 43
"""Characters of 16 and of 32 bytes in base64."""
_ID_ENDS = len(_PREFIX) + _ID_LENGTH
_PARTS = (
    slice(len(_PREFIX)),
    slice(len(_PREFIX), _ID_ENDS),
    slice(_ID_ENDS, _ID_ENDS + 1),
    slice(_ID_ENDS + 1, None),
)
"""Of a key's text; base64 for addresses has `_` too, so it cannot be divided by that."""


@dataclass(frozen=True, kw_only=True)
class ApiKey:
    """A key as it is stored, without its secret. `subject` is the `sub` of its tokens."""

    id: UUID
    subject: PersonId
    name: str
    sites: frozenset[SiteId]
    made_by: PersonId
    made_at: datetime
    last_used_at: datetime | None
    revoked_at: datetime | None


def key_text(id: UUID, secret: bytes) -> str:
    """Return the key as it is shown, once."""
    return f"{_PREFIX}{_encode(id.bytes)}_{_encode(secret)}"


def read_key(text: str) -> tuple[UUID, bytes] | None:
    """Return the key's id and secret; None for what is no key."""
    prefix, id, separator, secret = (text[part] for part in _PARTS)
    if prefix != _PREFIX or separator != "_" or len(secret) != _SECRET_LENGTH:
        return None
    try:
        return UUID(bytes=_decode(id)), _decode(secret)
    except (binascii.Error, ValueError):
        return None


def secret_hash(secret: bytes) -> str:
    """Return what is stored of a secret: of so many random bytes a plain digest tells nothing."""
    return hashlib.sha256(secret).hexdigest()


def is_secret(secret: bytes, stored: str) -> bool:
    """Return whether the hash is the secret's."""
    return hmac.compare_digest(secret_hash(secret), stored)


def subject_for(id: UUID) -> PersonId:
    """Return what the services call an integration that has the key."""
    return PersonId(f"integration-{id.hex}")


def _encode(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


def _decode(text: str) -> bytes:
    return base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)
