"""Forgetting the promises of tickets that ended long ago, but for the sums of what
became of them.
"""

from collections.abc import Sequence
from uuid import UUID

from services.sla.actions.count_outcomes import count_outcomes
from services.sla.store.forgetting import delete_promises
from shared.db.transaction import Transaction


async def forget_promises(tx: Transaction, ticket_ids: Sequence[UUID]) -> None:
    """Delete the promises of these tickets, each counted first as it stood."""
    await count_outcomes(tx, ticket_ids)
    await tx.flush()
    await delete_promises(tx, ticket_ids)
