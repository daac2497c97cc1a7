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
    order by tickets.id limit :limit"""
"""The tickets there are, in the order of their ids, for the kernel to find those that have ended.
"""

REMOVING = "removing_files"

# Tried, not waited for: a comment, say, that is being written keeps the ticket. One that is
# gone has nothing to lock.
_LOCK = text("""
    with held as materialized (
        select id from tickets where id = any(cast(:ids as uuid[]))
        order by id for update skip locked)
    select id from unnest(cast(:ids as uuid[])) as due(id)
    where id in (select id from held)
    or not exists (select from tickets where tickets.id = due.id)""")
_DELETE = text("""
    with lines as (delete from entries where ticket_id = any(cast(:ids as uuid[]))
      returning comment_id),
        said as (delete from comments where id in (select comment_id from lines
          where comment_id is not null) and ticket_id = any(cast(:ids as uuid[]))),
        words as (delete from ticket_words where ticket_id = any(cast(:ids as uuid[]))),
        files as (update attachments set remove_at = :now
          where ticket_id = any(cast(:ids as uuid[])))
    delete from tickets where id = any(cast(:ids as uuid[]))""")


async def lock_tickets_to_delete(tx: Transaction, ids: Sequence[UUID]) -> Sequence[UUID]:
    """Lock the rows of these tickets until the transaction ends; return the ids without those that
    another transaction changes.
    """
    return [row["id"] for row in await tx.rows(_LOCK, ids=list(ids))]


async def delete_tickets(tx: Transaction, ids: Sequence[UUID]) -> None:
    """Delete these tickets with their timelines, comments and words, and have the files on them
    removed.

    A `duplicate_of` that names one of them leads nowhere then. What was said on a duplicate goes
    with the ticket for which it counts.
    """
    await tx.execute(_DELETE, ids=list(ids), now=tx.now)
    tx.schedule(REMOVING, tx.now)
