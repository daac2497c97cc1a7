"""Signatures as Standard Webhooks wants them (https://www.standardwebhooks.com, version 1.0.0)."""

import base64
import binascii
import hashlib
import hmac
from collections.abc import Mapping, Sequence
from datetime import datetime
from uuid import UUID

PREFIX = "whsec_"
SECRET_BYTES = 24


def secret_from(chance: bytes) -> str:
    """Return a secret, `whsec_…`, of `SECRET_BYTES` random bytes."""
    return PREFIX + base64.b64encode(chance).decode()


def signed_headers(
    secrets: Sequence[str], message_id: UUID, at: datetime, body: bytes
) -> Mapping[str, str]:
    """Return the three headers.

    Signed with every secret that is valid, so that a receiver may know the old or the new one.
    """
    # The epoch is the same instant in every zone; only its whole seconds are signed.
    timestamp = int(at.timestamp())
    message = f"{message_id}.{timestamp}.".encode() + body
    signatures = [
        base64.b64encode(hmac.new(_key(secret), message, hashlib.sha256).digest()).decode()
        for secret in secrets
    ]
    return {
        "webhook-id": str(message_id),
        "webhook-timestamp": str(timestamp),
        "webhook-signature": " ".join(f"v1,{signature}" for signature in signatures),
    }


def _key(secret: str) -> bytes:
    try:
        return base64.b64decode(secret.removeprefix(PREFIX), validate=True)
    except binascii.Error as error:
        raise ValueError("a signing secret has to be whsec_ and base64") from error
