"""Recipients and whom they listen to."""

from collections.abc import Iterable, Mapping

from sqlalchemy import text

from services.notify.domain.kinds import Language
from services.notify.domain.recipient import Listening, Recipient
from services.notify.store.tables import AudienceRow, RecipientRow
from shared.db.transaction import Transaction
from shared.ids import PersonId

_LANGUAGES = text("select id, language from recipients where id = any(cast(:ids as text[]))")
_ONE = text("select id, version, language from recipients where id = :id for update")
_AUDIENCE = text("select role, site, since from audience where recipient_id = :id order by role, site")
_NOT_LISTENING = text("delete from audience where recipient_id = :id")
_REMOVE = text("delete from recipients where id = :id")


async def find_languages(tx: Transaction, ids: Iterable[str]) -> Mapping[str, Language]:
    """What is spoken with those who are known."""
    rows = await tx.rows(_LANGUAGES, ids=sorted(set(ids)))
    return {str(row["id"]): Language(row["language"]) for row in rows}


async def load_recipient(tx: Transaction, id: str) -> Recipient | None:
    """Locked, as whoever loads one is about to change it or reads it alone."""
    row = await tx.row(_ONE, id=id)
    if row is None:
        return None
    audience = tuple(Listening(**each) for each in await tx.rows(_AUDIENCE, id=id))
    return Recipient(id=PersonId(row["id"]), version=row["version"], language=Language(row["language"]), audience=audience)


async def save_recipient(tx: Transaction, recipient: Recipient) -> None:
    tx.save(RecipientRow, recipient)
    await tx.execute(_NOT_LISTENING, id=recipient.id)
    for listening in recipient.audience:
        tx.save(AudienceRow, listening, recipient_id=recipient.id)


def meet_recipient(tx: Transaction, id: PersonId, language: Language) -> None:
    """Somebody is heard of for the first time."""
    tx.insert_missing(RecipientRow, {"id": id, "version": 1, "language": language})


async def remove_recipient(tx: Transaction, id: str) -> None:
    await tx.execute(_NOT_LISTENING, id=id)
    await tx.execute(_REMOVE, id=id)
