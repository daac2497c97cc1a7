"""Sessions, found by the hash of their token."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import text

from services.portal.domain.account import Account
from services.portal.domain.session import Session, SessionKind
from services.portal.store.accounts import ACCOUNT_COLUMNS, account_of
from services.portal.store.tables import SESSIONS
from shared.db.reads import Lookup
from shared.db.transaction import Transaction
from shared.ids import PersonId, TicketId

KEPT_AFTER = timedelta(days=7)
"""How long a session that is over can still be seen."""

_COLUMNS = (
    "id, person_id, kind, only_ticket, csrf_secret, created_at, seen_at, ends_at, idle_s, "
    "user_agent, address_prefix, revoked_at"
)
_OF_ACCOUNT = ", ".join(f"a.{name} as account_{name}" for name in ACCOUNT_COLUMNS.split(", "))
_BY_TOKEN = Lookup(
    f"""select {", ".join(f"s.{name}" for name in _COLUMNS.split(", "))}, {_OF_ACCOUNT}
    from sessions s left join accounts a on a.person_id = s.person_id
    where s.token_hash = :token_hash""",
    token_hash="text",  # noqa: S106 - a type
)
_OF_PERSON = text(f"""
    select {_COLUMNS} from sessions
    where person_id = :person_id and revoked_at is null and ends_at > :now
      and seen_at + make_interval(secs => idle_s) > :now
    order by seen_at desc, id""")
_ANY = text("select exists (select from sessions where person_id = :person_id) as found")
_TOUCH = text("update sessions set seen_at = :now where id = :id and seen_at < :now")
_REVOKE = text(
    "update sessions set revoked_at = :now "
    "where id = :id and person_id is not distinct from :person_id and revoked_at is null"
)
_REVOKE_ALL = text(
    "update sessions set revoked_at = :now where person_id = :person_id and revoked_at is null "
    "and id is distinct from cast(:excluding as uuid)"
)
_OVER = "least(ends_at, seen_at + make_interval(secs => idle_s), coalesce(revoked_at, ends_at))"
_NEXT_OLD = text(f"select min({_OVER}) as at from sessions where id <> all(:excluding)")
_CLAIM_OLD = text(f"""
    select id from sessions where {_OVER} < :before and id <> all(:excluding)
    limit :limit for update skip locked""")
_DELETE = text("delete from sessions where id = any(:ids)")


async def find_session(tx: Transaction, token_hash: str) -> tuple[Session, Account | None] | None:
    """Return the session with that token, whether or not it is still good, and its account."""
    rows = await tx.lookup(_BY_TOKEN, token_hash=token_hash)
    if not rows:
        return None
    row = rows[0]
    of_account = {
        name.removeprefix("account_"): value
        for name, value in row.items()
        if name.startswith("account_")
    }
    account = None if of_account["person_id"] is None else account_of(of_account)
    return _session_of(row), account


async def list_sessions(tx: Transaction, person_id: str) -> Sequence[Session]:
    """Return the person's sessions that are still good, the last used first."""
    rows = await tx.rows(_OF_PERSON, person_id=person_id, now=tx.now)
    return [_session_of(row) for row in rows]


async def has_session(tx: Transaction, person_id: str) -> bool:
    """Return whether there is a session of the person on record, also one that is over."""
    row = await tx.row(_ANY, person_id=person_id)
    return row is not None and bool(row["found"])


def insert_session(tx: Transaction, session: Session, *, token_hash: str) -> None:
    tx.insert(SESSIONS, session, token_hash=token_hash)


async def touch_session(tx: Transaction, id: UUID) -> None:
    """Store that the session is used now."""
    await tx.execute(_TOUCH, id=id, now=tx.now)


async def revoke_session(tx: Transaction, id: UUID, *, person_id: str | None) -> bool:
    """End the person's session; return whether it was theirs and had not ended."""
    return await tx.execute(_REVOKE, id=id, person_id=person_id, now=tx.now) > 0


async def revoke_sessions_of(
    tx: Transaction, person_id: str, *, excluding: UUID | None = None
) -> int:
    """End all sessions of the person but that one; return how many they were."""
    return await tx.execute(_REVOKE_ALL, person_id=person_id, excluding=excluding, now=tx.now)


async def next_old_session(tx: Transaction, excluding: Collection[UUID]) -> datetime | None:
    """Return when the next session may be deleted."""
    row = await tx.row(_NEXT_OLD, excluding=list(excluding))
    return None if row is None or row["at"] is None else row["at"] + KEPT_AFTER


async def claim_old_sessions(
    tx: Transaction, excluding: Collection[UUID], limit: int
) -> Sequence[UUID]:
    """Lock sessions that are long over; return their ids."""
    before = tx.now - KEPT_AFTER
    rows = await tx.rows(_CLAIM_OLD, before=before, excluding=list(excluding), limit=limit)
    return [row["id"] for row in rows]


async def delete_sessions(tx: Transaction, ids: Collection[UUID]) -> None:
    if ids:
        await tx.execute(_DELETE, ids=list(ids))


def _session_of(row: Mapping[str, Any]) -> Session:
    return Session(
        id=row["id"],
        person_id=None if row["person_id"] is None else PersonId(row["person_id"]),
        kind=SessionKind(row["kind"]),
        only_ticket=None if row["only_ticket"] is None else TicketId(row["only_ticket"]),
        csrf_secret=row["csrf_secret"],
        created_at=row["created_at"],
        seen_at=row["seen_at"],
        ends_at=row["ends_at"],
        idle_s=row["idle_s"],
        user_agent=row["user_agent"],
        address_prefix=row["address_prefix"],
        revoked_at=row["revoked_at"],
    )
