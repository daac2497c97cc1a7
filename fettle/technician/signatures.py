"""Is this webhook really from Fettle?

Twenty lines that any client can copy (Standard Webhooks 1.0.0).
"""

import base64
import hashlib
import hmac
import time
from collections.abc import Mapping

TOLERANCE_S = 300


class BadSignature(Exception):
    """Not signed with our secret, changed on the way, or too old."""


def check_signature(secret: str, headers: Mapping[str, str], body: bytes) -> None:
    """`headers` with names in lower case, `secret` as `whsec_…`. Raises BadSignature."""
    try:
        message_id, timestamp, signatures = (
            headers[f"webhook-{name}"] for name in ("id", "timestamp", "signature")
        )
        age_s = abs(time.time() - int(timestamp))
    except (KeyError, ValueError) as error:
        raise BadSignature(f"webhook-id, -timestamp and -signature are needed: {error}") from error
    if age_s > TOLERANCE_S:
        raise BadSignature("it was signed too long ago, or a clock is wrong")
    key = base64.b64decode(secret.removeprefix("whsec_"))
    wanted = base64.b64encode(
        hmac.new(key, f"{message_id}.{timestamp}.".encode() + body, hashlib.sha256).digest()
    )
    # While a secret is rotated there are two signatures; one of them has to be ours.
    given = [
        part.removeprefix("v1,").encode()
        for part in signatures.split(" ")
        if part.startswith("v1,")
    ]
    if not any(hmac.compare_digest(each, wanted) for each in given):
        raise BadSignature("the signature is not ours")
