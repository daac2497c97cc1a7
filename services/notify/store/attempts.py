"""Attempts to deliver, as they are recorded."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from pydantic import TypeAdapter
from sqlalchemy import text

from services.notify.store.tables import AttemptRow
from shared.db.transaction import Transaction

_ATTEMPTS = text("""
    select id, delivery_id, endpoint_id, message_id, kind, at, latency_ms, status, error, answer,
      reply_fault
    from attempts
    where endpoint_id = :endpoint and (cast(:before as uuid) is null or id < :before)
      order by id desc limit :limit""")


@dataclass(frozen=True, kw_only=True)
class Attempt:
    """One attempt as it is recorded; `answer` is the start of what came back, `reply_fault` what of
    an answer to an offer could not be read.
    """

    id: UUID
    delivery_id: UUID
    endpoint_id: UUID
    message_id: UUID
    kind: str
    at: datetime
    latency_ms: int
    status: int | None
    error: str | None
    answer: str
    reply_fault: str | None


_LISTED = TypeAdapter(list[Attempt])


def put_attempt(tx: Transaction, attempt: Attempt) -> None:
    tx.insert(AttemptRow, attempt)


async def list_attempts(
    tx: Transaction, endpoint: UUID, *, before: UUID | None, limit: int
) -> list[Attempt]:
    """Return the attempts at an endpoint, newest first."""
    rows = await tx.rows(_ATTEMPTS, endpoint=endpoint, before=before, limit=limit)
    return _LISTED.validate_python(rows)
