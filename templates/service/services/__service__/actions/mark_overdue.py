"""What falls due by the clock."""

from collections.abc import Sequence

from services.__service__.actions.recording import record
from services.__service__.domain.__entity__ import __Entity__, become_overdue
from shared.db.transaction import Transaction

OVERDUE = "overdue"
"""The due worker that acts when the earliest open __entity__ falls due."""


async def mark_overdue(tx: Transaction, due: Sequence[__Entity__]) -> None:
    """Mark these overdue; the caller has them locked."""
    for before in due:
        after = become_overdue(before, now=tx.now)
        if after != before:
            record(tx, after, "overdue")
