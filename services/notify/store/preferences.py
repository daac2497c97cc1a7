"""What people want to hear."""

from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import text

from services.notify.domain.preferences import Preferences
from services.notify.store.tables import PreferencesRow
from shared.db.transaction import Transaction
from shared.ids import PersonId

_ONE_SQL = "select version, channels from preferences where recipient_id = :id"
_ONE, _ONE_LOCKED = text(_ONE_SQL), text(f"{_ONE_SQL} for update")
_REMOVE = text("delete from preferences where recipient_id = :id")
_SAID_TO = text("select recipient_id, kind, language from messages where id = :id")


@dataclass(frozen=True, kw_only=True)
class SaidTo:
    """To whom a message was said, and how. `kind` may be one that a newer release has added."""

    recipient_id: PersonId
    kind: str
    language: str


async def load_preferences(tx: Transaction, id: PersonId, *, for_update: bool) -> Preferences:
    """Return what the person wants to hear; everything where they have said nothing."""
    row = await tx.row(_ONE_LOCKED if for_update else _ONE, id=id)
    return Preferences() if row is None else Preferences(**row)


def save_preferences(tx: Transaction, id: PersonId, preferences: Preferences) -> None:
    tx.save(PreferencesRow, preferences, recipient_id=id)


async def remove_preferences(tx: Transaction, id: PersonId) -> None:
    await tx.execute(_REMOVE, id=id)


async def find_said(tx: Transaction, message_id: UUID) -> SaidTo | None:
    """Return to whom the message was said; None where it is forgotten."""
    row = await tx.row(_SAID_TO, id=message_id)
    return None if row is None else SaidTo(**row)
