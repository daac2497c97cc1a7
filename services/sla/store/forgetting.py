"""Deleting the promises of tickets that ended long ago."""

from collections.abc import Collection
from uuid import UUID

from sqlalchemy import text

from shared.db.transaction import Transaction

_DELETE = text("""
    with announced as (delete from announcements where ticket_id = any(cast(:ids as uuid[]))),
        going_on as (delete from clocks where ticket_id = any(cast(:ids as uuid[]))),
        counted as (delete from outcomes where ticket_id = any(cast(:ids as uuid[])))
    delete from promises where ticket_id = any(cast(:ids as uuid[]))""")


async def delete_promises(tx: Transaction, ticket_ids: Collection[UUID]) -> None:
    """Delete what is held of these tickets, but for the sums that they are in."""
    await tx.execute(_DELETE, ids=list(ticket_ids))
