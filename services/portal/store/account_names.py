"""What people with an account are called."""

from collections.abc import Collection

from sqlalchemy import text

from shared.db.transaction import Transaction

_NAMES = text(
    "select person_id, name from accounts where person_id = any(cast(:ids as text[])) "
    "and name <> ''"
)


async def find_account_names(tx: Transaction, ids: Collection[str]) -> dict[str, str]:
    """Return the names of those of these people who have an account, by id."""
    if not ids:
        return {}
    return {row["person_id"]: row["name"] for row in await tx.rows(_NAMES, ids=sorted(ids))}
