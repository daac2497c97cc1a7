"""Links that end e-mails without a login: each is for one message, and signed (RFC 8058 §3.1)."""

import base64
import hashlib
import hmac
from collections.abc import Sequence
from uuid import UUID

_PURPOSE = b"fettle unsubscribe"
_SIGNATURE_BYTES = 16
_TOKEN_LENGTH = 43
"""Characters: 32 bytes in base64."""


class UnsubscribeTokens:
    """Signs with the first of the keys, `(id, 32 bytes)`; proves with all of them. The keys are
    those that seal secrets, made into others of their own.
    """

    def __init__(self, keys: Sequence[tuple[str, bytes]]) -> None:
        self._keys = [hmac.digest(key, _PURPOSE, hashlib.sha256) for _, key in keys]

    def token_for(self, message_id: UUID) -> str:
        """Return the token that ends e-mails like this message; it tells of no person."""
        return _encode(message_id.bytes + self._signature(self._keys[0], message_id))

    def message_of(self, token: str) -> UUID | None:
        """Return the message that the token is for; None for one that was not made here."""
        if len(token) != _TOKEN_LENGTH:
            return None
        try:
            raw = base64.b64decode(token + "=" * (-len(token) % 4), altchars=b"-_", validate=True)
            message_id = UUID(bytes=raw[:16])
        except ValueError:
            return None
        given = raw[16:]
        if any(hmac.compare_digest(given, self._signature(key, message_id)) for key in self._keys):
            return message_id
        return None

    def _signature(self, key: bytes, message_id: UUID) -> bytes:
        return hmac.digest(key, message_id.bytes, hashlib.sha256)[:_SIGNATURE_BYTES]


def _encode(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()
