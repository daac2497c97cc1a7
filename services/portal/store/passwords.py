"""Passwords: their hashes."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import text

from services.portal.store.tables import PASSWORDS
from shared.db.transaction import Transaction
from shared.ids import PersonId

_FIND = text("select hash, changed_at from passwords where person_id = :person_id")
_DELETE = text("delete from passwords where person_id = :person_id")
_REHASH = text("""
    update passwords set hash = :hash where person_id = :person_id and hash = :before""")


@dataclass(frozen=True, kw_only=True)
class Password:
    hash: str
    changed_at: datetime


async def find_password(tx: Transaction, person_id: PersonId) -> Password | None:
    row = await tx.row(_FIND, person_id=person_id)
    return None if row is None else Password(**row)


def save_password(tx: Transaction, person_id: PersonId, hash: str) -> None:
    tx.save(PASSWORDS, {"person_id": person_id, "hash": hash, "changed_at": tx.now})


async def replace_hash(tx: Transaction, person_id: PersonId, *, before: str, hash: str) -> None:
    """Hash the same password anew, unless another was set meanwhile."""
    await tx.execute(_REHASH, person_id=person_id, before=before, hash=hash)


async def delete_password(tx: Transaction, person_id: PersonId) -> bool:
    """Delete the person's password; return whether there was one."""
    return await tx.execute(_DELETE, person_id=person_id) == 1
