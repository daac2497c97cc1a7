"""What the portal hands to browsers and takes back, sealed with AES-256-GCM (NIST SP 800-38D): it
tells nothing, and is made nowhere else.
"""

import base64
import binascii
import hashlib
import hmac
from collections.abc import Sequence

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

NONCE_BYTES = 12
_MAX_CHARACTERS = 4000


class Sealer:
    """Seals with the first of the keys, `(id, 32 bytes)`; opens with all of them. The keys are
    those that sign tokens, made into others for this purpose alone.
    """

    def __init__(self, keys: Sequence[tuple[str, bytes]], purpose: str) -> None:
        self._ciphers = [
            AESGCM(hmac.digest(key, f"fettle {purpose}".encode(), hashlib.sha256))
            for _, key in keys
        ]

    def seal(self, plain: bytes, *, nonce: bytes) -> str:
        """Return it as letters for an address. `nonce`: `NONCE_BYTES` random bytes, used once."""
        hidden = self._ciphers[0].encrypt(nonce, plain, None)
        return base64.urlsafe_b64encode(nonce + hidden).rstrip(b"=").decode()

    def open(self, text: str) -> bytes | None:
        """Return what was sealed; None for what was cut, changed, or made elsewhere."""
        if len(text) > _MAX_CHARACTERS:
            return None
        try:
            raw = base64.b64decode(
                text.encode("ascii") + b"=" * (-len(text) % 4), altchars=b"-_", validate=True
            )
        except (binascii.Error, ValueError):
            return None
        nonce, hidden = raw[:NONCE_BYTES], raw[NONCE_BYTES:]
        if len(nonce) < NONCE_BYTES:
            return None
        for cipher in self._ciphers:
            try:
                return cipher.decrypt(nonce, hidden, None)
            except InvalidTag:
                continue
        return None
