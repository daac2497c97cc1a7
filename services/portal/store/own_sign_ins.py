"""When people first came by their own means."""

from sqlalchemy import text

from services.portal.store.tables import OWN_SIGN_INS
from shared.db.transaction import Transaction

_TABLE = OWN_SIGN_INS.name
_FIRST = text(f"""
    insert into {_TABLE} (person_id, first_at) values (:person_id, :now)
    on conflict (person_id) do nothing""")
_DELETE = text(f"delete from {_TABLE} where person_id = :person_id")


async def note_own_sign_in(tx: Transaction, person_id: str) -> bool:
    """Store that the person comes by their own means; return whether it is the first time."""
    return await tx.execute(_FIRST, person_id=person_id, now=tx.now) == 1


async def forget_own_sign_ins(tx: Transaction, person_id: str) -> None:
    await tx.execute(_DELETE, person_id=person_id)
