"""`Idempotency-Key`: the same caller, route, key and body get the same answer for a day, and the effect once."""

import hashlib
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from fastapi import Request, Response
from sqlalchemy import text

from shared.alarms import Alarm
from shared.auth.caller import Caller, Credential
from shared.db.transaction import Transaction
from shared.errors import Conflict, Invalid

HEADER = "Idempotency-Key"
_KEPT = ("location", "etag", "content-type")
_LONGEST_KEY = 200
_KEPT_FOR = timedelta(hours=24)


class KeyReused(Invalid):
    code = "idempotency_key_reused"


class KeyInFlight(Conflict):
    code = "idempotency_key_in_flight"


_BEGIN = text("""
    select pg_try_advisory_xact_lock(hashtextextended(:key, 0)) as free, k.body_hash, k.status, k.headers, k.body
    from (select) as one left join idempotency_keys k on k.key = :key""")

_OLDEST = text("select min(created_at) as oldest from idempotency_keys where key <> all(cast(:but as text[]))")
_TAKE_OLD = text("""
    select key from idempotency_keys where created_at < :before and key <> all(cast(:but as text[])) limit :most for update skip locked""")
_DELETE = text("delete from idempotency_keys where key = any(cast(:keys as text[]))")


@dataclass(frozen=True)
class Keyed:
    """A request under a key: not done yet, or done with `answer`."""

    key: str
    body_hash: str
    answer: Response | None = None


async def begin(tx: Transaction, request: Request, identity: Caller | Credential | None, body: bytes) -> Keyed | None:
    """None without the header. Raises KeyReused for another body and KeyInFlight while the first is still at work."""
    given = request.headers.get(HEADER)
    if given is None:
        return None
    if not 1 <= len(given) <= _LONGEST_KEY or not given.isascii() or not given.isprintable():
        raise Invalid(f"{HEADER} has to be 1 to {_LONGEST_KEY} printable ASCII characters.")
    who = (
        f"caller {identity.id}"
        if isinstance(identity, Caller)
        else f"{identity.scheme} {identity.id} {identity.technician_id}"
        if identity
        else ""
    )
    key = hashlib.sha256("\n".join([who, request.method, request.url.path, given]).encode()).hexdigest()
    body_hash = hashlib.sha256(request.url.query.encode() + b"\n" + body).hexdigest()
    row = await tx.row(_BEGIN, key=key)
    if row is None or not row["free"]:
        raise KeyInFlight("A request with this key is still at work; ask again for its answer.")
    if row["status"] is None:
        return Keyed(key, body_hash)
    if row["body_hash"] != body_hash:
        raise KeyReused(f"This {HEADER} was used with another body; take a new one.")
    return Keyed(key, body_hash, _answer(row))


def keep(tx: Transaction, keyed: Keyed, response: Response) -> None:
    """Keeps a success, in the action's own transaction and statement; but no answer marked `no-store`, which holds a token."""
    if "no-store" in response.headers.get("cache-control", ""):
        return
    row = {
        "key": keyed.key,
        "body_hash": keyed.body_hash,
        "status": response.status_code,
        "headers": {name: response.headers[name] for name in _KEPT if name in response.headers},
        "body": bytes(response.body).decode(),
        "created_at": tx.now,
    }
    tx.insert_own("idempotency_keys", row)


def _answer(row: Mapping[str, object]) -> Response:
    headers = row["headers"]
    assert isinstance(headers, dict)  # noqa: S101 - jsonb, written above
    return Response(str(row["body"]), int(str(row["status"])), {**headers, "Idempotency-Replayed": "true"})


async def _next_sweep(tx: Transaction, but: Collection[str]) -> datetime | None:
    """When the oldest kept answer may go; a little later, so that they go together."""
    row = await tx.row(_OLDEST, but=list(but))
    oldest: datetime | None = None if row is None else row["oldest"]
    return None if oldest is None else oldest + _KEPT_FOR + timedelta(hours=1)


async def _take_old(tx: Transaction, but: Collection[str], most: int) -> Sequence[str]:
    return [row["key"] for row in await tx.rows(_TAKE_OLD, before=tx.now - _KEPT_FOR, but=list(but), most=most)]


async def _delete(tx: Transaction, keys: Sequence[str]) -> None:
    await tx.execute(_DELETE, keys=list(keys))


SWEEP = Alarm(name="idempotency_keys", next_due=_next_sweep, take=_take_old, act=_delete, at_once=5000)
"""Kept answers are forgotten when their day is over."""
