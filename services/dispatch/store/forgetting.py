"""Forgetting the work of tickets that ended long ago."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import text

from shared.db.transaction import Transaction

_OFFERS = "select id from offers where work_order_id = any(cast(:ids as uuid[]))"
_SHRINK = text(f"""
    with due as (delete from promises where id = any(cast(:ids as uuid[])))
    delete from snapshots where entity = 'notify.offer'
      and id in (select cast(id as text) from ({_OFFERS}) as of_these)""")
_DELETE = text(f"""
    with done as materialized (select id from jobs where work_order_id = any(cast(:ids as uuid[]))),
        held as (delete from assignments where job_id in (select id from done)),
        looks as (delete from planning_queue where job_id in (select id from done)),
        asked as (delete from offers where id in ({_OFFERS})),
        gone as (delete from jobs where work_order_id = any(cast(:ids as uuid[])))
    delete from work_orders where id = any(cast(:ids as uuid[]))""")


async def shrink_work_orders(tx: Transaction, ids: Sequence[UUID]) -> None:
    """Delete what is known of these work orders from others: when they were due, and what notify
    told of answers to their offers, since an offer has one answer and its row says which.
    """
    await tx.execute(_SHRINK, ids=list(ids))


async def delete_work_orders(tx: Transaction, ids: Sequence[UUID]) -> None:
    """Delete these work orders with their jobs, offers and assignments."""
    await shrink_work_orders(tx, ids)
    await tx.execute(_DELETE, ids=list(ids))
