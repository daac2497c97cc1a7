"""Deleting tickets that ended long ago.

Their numbers are never given out again: `number_blocks` only counts up.
"""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import text

from shared.db.transaction import Transaction

TICKETS = """
    select cast(id as text) as id, state, updated_at as since from tickets
    where id > coalesce(cast(nullif(cast(:after as text), '') as uuid),
      '00000000-0000-0000-0000-000000000000')
    order by tickets.id limit :most"""
"""The tickets there are, in the order of their ids, for the kernel to find those that have ended.
"""

_DELETE = text("""
    with lines as (delete from entries where ticket_id = any(cast(:ids as uuid[]))
      returning comment_id),
        said as (delete from comments where id in (select comment_id from lines
          where comment_id is not null)),
        words as (delete from ticket_words where ticket_id = any(cast(:ids as uuid[])))
    delete from tickets where id = any(cast(:ids as uuid[]))""")


async def delete_tickets(tx: Transaction, ids: Sequence[UUID]) -> None:
    """Delete these tickets with their timelines, comments and words.

    A `duplicate_of` that names one of them leads nowhere then.
    """
    await tx.execute(_DELETE, ids=list(ids))
