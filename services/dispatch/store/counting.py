"""Counts for the metrics."""

from sqlalchemy import text

from shared.db.transaction import Transaction

_JOBS = text("""
    select site_id, state, count(*) as count from jobs
    where state in ('waiting', 'offered', 'accepted', 'travelling', 'on_site', 'working', 'paused') group by site_id, state""")
_TECHNICIANS = text("select count(*) as count from technicians where removed_at is null")


async def count_jobs(tx: Transaction) -> list[tuple[str, str, int]]:
    """(site, state, how many) of open jobs."""
    return [(row["site_id"], row["state"], row["count"]) for row in await tx.rows(_JOBS)]


async def count_technicians(tx: Transaction) -> int:
    row = await tx.row(_TECHNICIANS)
    return 0 if row is None else int(row["count"])
