"""Whom a company's own issuer names, and whose account that is."""

from sqlalchemy import text

from services.portal.store.tables import IDENTITIES
from shared.db.transaction import Transaction
from shared.ids import PersonId

_FIND = text("select person_id from identities where issuer = :issuer and subject = :subject")
_OF = text("select subject from identities where issuer = :issuer and person_id = :person_id")
_DELETE = text("delete from identities where person_id = :person_id")


async def find_person(tx: Transaction, issuer: str, subject: str) -> PersonId | None:
    """Return whose account the issuer's subject was linked to."""
    row = await tx.row(_FIND, issuer=issuer, subject=subject)
    return None if row is None else PersonId(row["person_id"])


async def find_subject(tx: Transaction, issuer: str, person_id: PersonId) -> str | None:
    """Return which of the issuer's subjects the account is linked to."""
    row = await tx.row(_OF, issuer=issuer, person_id=person_id)
    return None if row is None else str(row["subject"])


def link_identity(tx: Transaction, issuer: str, subject: str, person_id: PersonId) -> None:
    row = {
        "issuer": issuer,
        "subject": subject,
        "person_id": person_id,
        "linked_at": tx.now,
    }
    tx.insert(IDENTITIES, row)


async def unlink_identities(tx: Transaction, person_id: PersonId) -> None:
    await tx.execute(_DELETE, person_id=person_id)
