"""`Idempotency-Key`: the same caller, route, key and body get the same answer for a day, and the
effect once.

The answer is kept under the key in the action's own transaction, so a key that is taken fails the
commit. Few keys are ever sent twice: no answer is looked for before the action has run, unless this
instance remembers to have given it.
"""

import hashlib
from collections import OrderedDict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from fastapi import Request, Response
from sqlalchemy import text

from shared.auth.caller import Caller, Credential
from shared.db.transaction import Transaction
from shared.due_work import DueWork
from shared.errors import Conflict, Invalid
from shared.http.declared import HeaderField
from shared.http.secret_replies import SecretResponse

_KEPT = ("location", "etag", "content-type", "cache-control")
_MAX_KEY_LENGTH = 200
HEADER = "Idempotency-Key"
FIELD = HeaderField(
    name=HEADER,
    description="The same caller, route, key and body get the same answer for a day, with "
    "`Idempotency-Replayed: true`, and the effect once.",
    schema={"type": "string", "pattern": f"^[!-~]([ -~]{{0,{_MAX_KEY_LENGTH - 2}}}[!-~])?$"},
)
_RETENTION = timedelta(hours=24)
_REMEMBERED = 10_000


class KeyReused(Invalid):
    code = "idempotency_key_reused"


class KeyInFlight(Conflict):
    code = "idempotency_key_in_flight"


_LOCK_AND_FIND = text("""
    select pg_try_advisory_xact_lock(hashtextextended(:key, 0)) as free, k.body_hash, k.status,
      k.headers, k.body
    from (select) as one left join idempotency_keys k on k.key = :key""")

_FIND = text("select body_hash, status, headers, body from idempotency_keys where key = :key")
_OLDEST = text(
    "select min(created_at) as oldest from idempotency_keys "
    "where key <> all(cast(:excluding as text[]))"
)
_CLAIM_OLD = text("""
    select key from idempotency_keys where created_at < :before
      and key <> all(cast(:excluding as text[])) limit :limit for update skip locked""")
_DELETE = text("delete from idempotency_keys where key = any(cast(:keys as text[]))")


@dataclass(frozen=True)
class Key:
    """A request under an `Idempotency-Key`: whose it is, of what route and with which body."""

    key: str
    body_hash: str


def read_key(request: Request, identity: Caller | Credential | None, body: bytes) -> Key | None:
    """Return None without the header. Raises Invalid for a key that is none."""
    given = request.headers.get(HEADER)
    if given is None:
        return None
    if not 1 <= len(given) <= _MAX_KEY_LENGTH or not given.isascii() or not given.isprintable():
        raise Invalid(f"{HEADER} has to be 1 to {_MAX_KEY_LENGTH} printable ASCII characters.")
    who = (
        f"caller {identity.id}"
        if isinstance(identity, Caller)
        else f"{identity.scheme} {identity.id} {identity.technician_id}"
        if identity
        else ""
    )
    key = hashlib.sha256(
        "\n".join([who, request.method, request.scope["path"], given]).encode()
    ).hexdigest()
    return Key(key, hashlib.sha256(request.scope["query_string"] + b"\n" + body).hexdigest())


class KeysHere:
    """The keys that this instance has at work, and those that it answered lately.

    The rest is in the database alone.
    """

    def __init__(self) -> None:
        self._at_work: set[str] = set()
        self._answered: OrderedDict[str, None] = OrderedDict()

    def begin(self, key: Key) -> None:
        """Hold the key until its request is answered. Raises KeyInFlight while another holds it."""
        if key.key in self._at_work:
            raise _in_flight()
        self._at_work.add(key.key)

    def end(self, key: Key, *, answered: bool) -> None:
        self._at_work.discard(key.key)
        if answered:
            self._answered[key.key] = None
            if len(self._answered) > _REMEMBERED:
                self._answered.popitem(last=False)

    def has_answered(self, key: Key) -> bool:
        """Return whether there is an answer to be expected in the database."""
        return key.key in self._answered


async def find_answer(tx: Transaction, key: Key) -> Response | None:
    """Return the answer that is kept for the key, None when there is none yet; the key is held
    until the transaction ends.

    Raises KeyReused for another body, KeyInFlight while the first is still at work.
    """
    (row,) = await tx.rows(_LOCK_AND_FIND, key=key.key)
    if not row["free"]:
        raise _in_flight()
    return None if row["status"] is None else _answer_to(key, row)


async def find_kept(tx: Transaction, key: Key) -> Response | None:
    """Return the answer that is kept for the key, None when there is none yet, without waiting for
    one that is under way. Raises KeyReused for another body.
    """
    row = await tx.row(_FIND, key=key.key)
    return None if row is None else _answer_to(key, row)


def save_answer(tx: Transaction, key: Key, response: Response) -> None:
    """Keep a success, in the action's own transaction and statement; of one that shows a secret
    what is left without it, if anything.
    """
    body = response.kept(tx.now) if isinstance(response, SecretResponse) else response.body
    if body is None:
        return
    row = {
        "key": key.key,
        "body_hash": key.body_hash,
        "status": response.status_code,
        "headers": {name: response.headers[name] for name in _KEPT if name in response.headers},
        "body": bytes(body).decode(),
        "created_at": tx.now,
    }
    tx.write_own("idempotency_keys", row)


def answered_meanwhile() -> KeyInFlight:
    return KeyInFlight("A request with this key has just been answered; ask again for its answer.")


def _in_flight() -> KeyInFlight:
    return KeyInFlight("A request with this key is still at work; ask again for its answer.")


def _answer_to(key: Key, row: Mapping[str, object]) -> Response:
    if row["body_hash"] != key.body_hash:
        raise KeyReused(f"This {HEADER} was used with another body; take a new one.")
    return _answer(row)


def _answer(row: Mapping[str, object]) -> Response:
    headers = row["headers"]
    assert isinstance(headers, dict)  # noqa: S101 - JSON, written above
    return Response(
        str(row["body"]), int(str(row["status"])), {**headers, "Idempotency-Replayed": "true"}
    )


async def _next_sweep(tx: Transaction, excluding: Collection[str]) -> datetime | None:
    """Return when the oldest kept answer may go; a little later, so that several go together."""
    row = await tx.row(_OLDEST, excluding=list(excluding))
    oldest: datetime | None = None if row is None else row["oldest"]
    return None if oldest is None else oldest + _RETENTION + timedelta(hours=1)


async def _take_old(tx: Transaction, excluding: Collection[str], limit: int) -> Sequence[str]:
    return [
        row["key"]
        for row in await tx.rows(
            _CLAIM_OLD, before=tx.now - _RETENTION, excluding=list(excluding), limit=limit
        )
    ]


async def _delete(tx: Transaction, keys: Sequence[str]) -> None:
    await tx.execute(_DELETE, keys=list(keys))


SWEEP = DueWork(
    name="idempotency_keys", next_due=_next_sweep, claim=_take_old, act=_delete, batch_size=5000
)
"""Kept answers are forgotten when their day is over."""
