"""Tokens that prove who answers an offer or works on a job. Recomputed, never stored; in no fact, no stored body, no log."""

import base64
import hashlib
import hmac
from collections.abc import Sequence
from datetime import UTC, datetime
from uuid import UUID


class WorkTokens:
    """`kid.` + base64url(HMAC-SHA256(key, …)). The first key signs; all of them prove, so that keys can be rotated."""

    def __init__(self, keys: Sequence[tuple[str, bytes]]) -> None:
        if not keys:
            raise ValueError("at least one offer key is needed")
        self._keys = tuple(keys)

    def offer_token(self, offer_id: UUID, technician_id: str, expires_at: datetime) -> str:
        return self._sign(*self._keys[0], _offer(offer_id, technician_id, expires_at))

    def job_token(self, job_id: UUID, technician_id: str) -> str:
        return self._sign(*self._keys[0], _job(job_id, technician_id))

    def proves_offer(self, token: str, offer_id: UUID, technician_id: str, expires_at: datetime) -> bool:
        return self._proves(token, _offer(offer_id, technician_id, expires_at))

    def proves_job(self, token: str, job_id: UUID, technician_id: str) -> bool:
        return self._proves(token, _job(job_id, technician_id))

    def _proves(self, token: str, message: bytes) -> bool:
        given = token.encode()
        matches = [hmac.compare_digest(given, self._sign(kid, key, message).encode()) for kid, key in self._keys]
        return any(matches)

    @staticmethod
    def _sign(kid: str, key: bytes, message: bytes) -> str:
        digest = hmac.new(key, message, hashlib.sha256).digest()
        return f"{kid}.{base64.urlsafe_b64encode(digest).rstrip(b'=').decode()}"


def _offer(offer_id: UUID, technician_id: str, expires_at: datetime) -> bytes:
    # Microseconds, in UTC: the same instant signs the same whatever zone it was written in.
    end = expires_at.astimezone(UTC).isoformat(timespec="microseconds")
    return f"offer|{offer_id}|{technician_id}|{end}".encode()


def _job(job_id: UUID, technician_id: str) -> bytes:
    return f"job|{job_id}|{technician_id}".encode()
