"""Forgetting what was said about tickets that ended long ago, and how it was sent."""

from collections.abc import Collection, Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import text

from shared.db.transaction import Transaction

_DELETE_COMMENTS = text(
    "delete from snapshots where entity = 'tickets.comment' and about = any(cast(:ids as text[]))"
)
# What a newer message is compared with stays, and what it was about. A message that is read at this
# moment, or still to be sent, keeps all of it.
_SHORTEN = text("""
    with old as (
        select id from messages m where ticket_id = any(cast(:ids as uuid[]))
          and m.data ->> 'shortened' is null
          and not exists (select from deliveries d
            where d.message_id = m.id and d.state = 'pending')
        order by id for update skip locked)
    update messages set data = cast(jsonb_build_object('shortened', true) || coalesce((
        select jsonb_object_agg(key, value) from jsonb_each(cast(messages.data as jsonb))
        where key in ('ticket_id', 'reference', 'job_id', 'offer_id', 'clock', 'changed')),
        '{}') as json)
    from old where messages.id = old.id""")
_DELETE = text("""
    with old as materialized (select id from messages where ticket_id = any(cast(:ids as uuid[]))),
        sent as (delete from deliveries where message_id in (select id from old)),
        answered as (delete from offer_answers where ticket_id = any(cast(:ids as uuid[]))),
        waited as (delete from waiting where ticket_id = any(cast(:ids as uuid[]))),
        gathered as (delete from repeats where ticket_id = any(cast(:ids as uuid[])))
    delete from messages where id in (select id from old)""")
_CLAIM_OTHERS = text("""
    select id from messages where ticket_id is null and created_at < :before
      and id <> all(cast(:excluding as uuid[]))
    order by created_at limit :limit for update skip locked""")
_OLDEST_OTHER = text(
    "select min(created_at) as at from messages where ticket_id is null "
    "and id <> all(cast(:excluding as uuid[]))"
)
_DELETE_OTHERS = text("""
    with sent as (delete from deliveries where message_id = any(cast(:ids as uuid[])))
    delete from messages where id = any(cast(:ids as uuid[]))""")
_CLAIM_OLD_ATTEMPTS = text("""
    select id from attempts where at < :before and id <> all(cast(:excluding as uuid[]))
      limit :limit
      for update skip locked""")
_DELETE_ATTEMPTS = text("delete from attempts where id = any(cast(:ids as uuid[]))")
_OLDEST_ATTEMPT = text(
    "select min(at) as at from attempts where id <> all(cast(:excluding as uuid[]))"
)


async def delete_comments(tx: Transaction, ticket_ids: Sequence[UUID]) -> None:
    """Delete the comments that are held of these tickets.

    One that is heard again is too old to be told, whatever its version.
    """
    await tx.execute(_DELETE_COMMENTS, ids=[str(id) for id in ticket_ids])


async def shrink(tx: Transaction, ticket_ids: Sequence[UUID]) -> None:
    """Delete the comments that are held of these tickets, and leave of what was said about them
    the words and what they were about.
    """
    await delete_comments(tx, ticket_ids)
    await tx.execute(_SHORTEN, ids=list(ticket_ids))


async def delete_messages(tx: Transaction, ticket_ids: Sequence[UUID]) -> None:
    """Delete all that was said about these tickets, with its deliveries."""
    await delete_comments(tx, ticket_ids)
    await tx.execute(_DELETE, ids=list(ticket_ids))


async def oldest_other(tx: Transaction, excluding: Collection[UUID]) -> datetime | None:
    """Return when the oldest message that is about no ticket was written."""
    row = await tx.row(_OLDEST_OTHER, excluding=list(excluding))
    return None if row is None else row["at"]


async def claim_others(
    tx: Transaction, *, before: datetime, excluding: Collection[UUID], limit: int
) -> Sequence[UUID]:
    """Lock messages that are about no ticket and older than that, the oldest first; return their
    ids.
    """
    return [
        row["id"]
        for row in await tx.rows(
            _CLAIM_OTHERS, before=before, excluding=list(excluding), limit=limit
        )
    ]


async def delete_others(tx: Transaction, ids: Sequence[UUID]) -> None:
    """Delete these messages with their deliveries."""
    await tx.execute(_DELETE_OTHERS, ids=list(ids))


async def oldest_attempt(tx: Transaction, excluding: Collection[UUID]) -> datetime | None:
    """Return when the oldest recorded attempt was made."""
    row = await tx.row(_OLDEST_ATTEMPT, excluding=list(excluding))
    return None if row is None else row["at"]


async def claim_attempts(
    tx: Transaction, *, before: datetime, excluding: Collection[UUID], limit: int
) -> Sequence[UUID]:
    """Lock attempts that are older than that; return their ids."""
    return [
        row["id"]
        for row in await tx.rows(
            _CLAIM_OLD_ATTEMPTS, before=before, excluding=list(excluding), limit=limit
        )
    ]


async def delete_attempts(tx: Transaction, ids: Sequence[UUID]) -> None:
    await tx.execute(_DELETE_ATTEMPTS, ids=list(ids))
