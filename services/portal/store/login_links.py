"""Links to log in by: what is stored of them is a digest of their code, and it is used once."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import text

from services.portal.store.tables import LOGIN_LINKS
from shared.db.transaction import Transaction
from shared.ids import PersonId

KEPT_AFTER = timedelta(days=1)
"""How long a link that is over stays on record."""

_FIND = text("""
    select person_id, next, ends_at, used_at, handed_over from login_links
    where code_hash = :code_hash""")
_USE = text("""
    update login_links set used_at = :now
    where code_hash = :code_hash and used_at is null and ends_at > :now""")
_DELETE_OF = text("delete from login_links where person_id = :person_id")
_NEXT = text("""
    select min(ends_at) as ends_at from login_links
    where code_hash <> all(cast(:excluding as text[]))""")
_CLAIM = text("""
    select code_hash from login_links
    where ends_at <= cast(:before as timestamptz)
      and code_hash <> all(cast(:excluding as text[]))
    order by ends_at limit :limit for update skip locked""")
_DELETE = text("delete from login_links where code_hash = any(cast(:hashes as text[]))")


@dataclass(frozen=True, kw_only=True)
class LoginLink:
    """`next` is the page to go to once logged in; `handed_over`: another person gave it to its own,
    and may have used it.
    """

    person_id: PersonId
    next: str
    ends_at: datetime
    used_at: datetime | None
    handed_over: bool

    def is_good(self, *, now: datetime) -> bool:
        return self.used_at is None and now < self.ends_at


def put_login_link(
    tx: Transaction,
    code_hash: str,
    person_id: PersonId,
    *,
    next: str,
    ends_at: datetime,
    handed_over: bool,
) -> None:
    row = {
        "code_hash": code_hash,
        "person_id": person_id,
        "next": next,
        "made_at": tx.now,
        "ends_at": ends_at,
        "used_at": None,
        "handed_over": handed_over,
    }
    tx.insert(LOGIN_LINKS, row)


async def find_login_link(tx: Transaction, code_hash: str) -> LoginLink | None:
    row = await tx.row(_FIND, code_hash=code_hash)
    return None if row is None else LoginLink(**row)


async def use_login_link(tx: Transaction, code_hash: str) -> bool:
    """Mark the link as used; return False where it was used before, or is over."""
    return await tx.execute(_USE, code_hash=code_hash, now=tx.now) == 1


async def delete_login_links_of(tx: Transaction, person_id: PersonId) -> None:
    await tx.execute(_DELETE_OF, person_id=person_id)


async def next_old_login_link(tx: Transaction, excluding: Collection[str]) -> datetime | None:
    """Return when the next link may be deleted."""
    row = await tx.row(_NEXT, excluding=list(excluding))
    return None if row is None or row["ends_at"] is None else row["ends_at"] + KEPT_AFTER


async def claim_old_login_links(
    tx: Transaction, excluding: Collection[str], limit: int
) -> Sequence[str]:
    """Lock links that are long over; return the hashes of their codes."""
    before = tx.now - KEPT_AFTER
    rows = await tx.rows(_CLAIM, before=before, excluding=list(excluding), limit=limit)
    return [row["code_hash"] for row in rows]


async def delete_login_links(tx: Transaction, hashes: Sequence[str]) -> None:
    await tx.execute(_DELETE, hashes=list(hashes))
