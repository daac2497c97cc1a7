"""What technicians' clients said in webhooks' replies."""

from collections.abc import Collection
from uuid import UUID

from sqlalchemy import text

from services.notify.store.tables import OfferAnswerRow
from shared.contracts import OfferAnswerV1
from shared.db.transaction import Transaction

_ANSWERED = text("select offer_id from offer_answers where offer_id = any(cast(:ids as uuid[]))")


async def find_answered(tx: Transaction, offers: Collection[UUID]) -> set[UUID]:
    return {row["offer_id"] for row in await tx.rows(_ANSWERED, ids=list(offers))}


def put_answer(tx: Transaction, answer: OfferAnswerV1) -> None:
    tx.insert(OfferAnswerRow, answer, offer_id=answer.id)
