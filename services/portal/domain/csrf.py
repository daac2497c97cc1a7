"""Tokens that show that a form was made for the visitor who sends it.

A token is the secret's digest under a mask of its own, so that no two answers have the same one:
what repeats in a compressed answer could be guessed from its length (BREACH, CVE-2013-3587).
"""

import base64
import binascii
import hashlib
import hmac

MASK_BYTES = 16


def csrf_token(secret: bytes, mask: bytes) -> str:
    """Return the token; `mask` is of MASK_BYTES random bytes."""
    return base64.urlsafe_b64encode(mask + _xor(mask, _digest(secret))).decode()


def is_csrf_token(token: str, secret: bytes) -> bool:
    """Return whether the token was made with the secret."""
    try:
        raw = base64.b64decode(token.encode("ascii"), altchars=b"-_", validate=True)
    except (binascii.Error, ValueError):
        return False
    if len(raw) != 2 * MASK_BYTES:
        return False
    mask, masked = raw[:MASK_BYTES], raw[MASK_BYTES:]
    return hmac.compare_digest(_xor(mask, masked), _digest(secret))


def _digest(secret: bytes) -> bytes:
    return hashlib.sha256(b"fettle csrf\0" + secret).digest()[:MASK_BYTES]


def _xor(one: bytes, other: bytes) -> bytes:
    return bytes(a ^ b for a, b in zip(one, other, strict=True))
