"""Lists that a person saves under a name, to come back to."""

from dataclasses import replace
from uuid import UUID

from services.portal.store.saved_filters import (
    SavedFilter,
    delete_filter,
    lock_saved_filters,
    save_filter,
)
from shared.db.transaction import Transaction
from shared.errors import Conflict
from shared.ids import new_id

MAX_SAVED = 20


class TooManySavedFilters(Conflict):
    code = "too_many_saved_filters"


async def store_filter(tx: Transaction, person_id: str, *, name: str, query: str) -> None:
    """Save the list under the name; one that the person has under it is replaced.

    Raises TooManySavedFilters.
    """
    saved = await lock_saved_filters(tx, person_id)
    same = next((each for each in saved if each.name == name), None)
    if same is not None:
        save_filter(tx, replace(same, query=query))
        return
    if len(saved) >= MAX_SAVED:
        raise TooManySavedFilters(f"At most {MAX_SAVED} lists can be saved.", limit=MAX_SAVED)
    new = SavedFilter(id=new_id(), person_id=person_id, name=name, query=query, created_at=tx.now)
    save_filter(tx, new)


async def forget_filter(tx: Transaction, person_id: str, id: UUID) -> None:
    """Delete what the person has saved; nothing where it is not theirs, or gone already."""
    await delete_filter(tx, person_id, id)
