"""Links to tickets that people were given and that open nothing any more. Links lie nowhere; what
is stored is since when a person's are good.
"""

from collections.abc import Collection, Sequence
from datetime import datetime

from sqlalchemy import text

from services.portal.domain.ticket_links import VALID_FOR
from services.portal.store.tables import ENDED_TICKET_LINKS
from shared.db.transaction import Transaction
from shared.ids import PersonId

_FIND = text("select before from ended_ticket_links where person_id = :person_id")
_NEXT = text("""
    select min(before) as before from ended_ticket_links
    where person_id <> all(cast(:excluding as text[]))""")
_CLAIM = text("""
    select person_id from ended_ticket_links
    where before <= cast(:before as timestamptz)
      and person_id <> all(cast(:excluding as text[]))
    order by before limit :limit for update skip locked""")
_DELETE = text("delete from ended_ticket_links where person_id = any(cast(:people as text[]))")


def end_ticket_links(tx: Transaction, person_id: PersonId) -> None:
    """Let all links that the person was given until now open nothing."""
    tx.save(ENDED_TICKET_LINKS, {"person_id": person_id, "before": tx.now})


async def find_end_of_links(tx: Transaction, person_id: PersonId) -> datetime | None:
    """Return until when links were made that open nothing; None: all are good."""
    row = await tx.row(_FIND, person_id=person_id)
    return None if row is None else row["before"]


async def next_needless_end(tx: Transaction, excluding: Collection[str]) -> datetime | None:
    """Return when the first of these is needless: all links that it ends are over by themselves."""
    row = await tx.row(_NEXT, excluding=list(excluding))
    return None if row is None or row["before"] is None else row["before"] + VALID_FOR


async def claim_needless_ends(
    tx: Transaction, excluding: Collection[str], limit: int
) -> Sequence[str]:
    """Lock those that are needless; return whose they are."""
    rows = await tx.rows(_CLAIM, before=tx.now - VALID_FOR, excluding=list(excluding), limit=limit)
    return [row["person_id"] for row in rows]


async def delete_ends(tx: Transaction, people: Sequence[str]) -> None:
    await tx.execute(_DELETE, people=list(people))
