"""Promises are counted a moment after they changed, many tickets at a time: what became of each
takes the place of what it was counted as before.
"""

from collections.abc import Collection, Sequence
from datetime import timedelta
from uuid import UUID

from services.sla.domain.outcome_sums import changed_sums
from services.sla.domain.outcomes import outcomes_of
from services.sla.store.outcomes import (
    add_to_sums,
    claim_uncounted,
    find_outcomes,
    find_zones,
    lock_promised,
    mark_counted,
    save_outcomes,
)
from shared.db.transaction import Transaction

OUTCOMES = "outcomes"
"""The due worker that counts what became of promises."""
LINGER = timedelta(seconds=5)
"""How long after its promises changed a ticket is counted: what follows at once is counted with
it.
"""


async def claim_uncounted_tickets(
    tx: Transaction, excluding: Collection[UUID], limit: int
) -> Sequence[UUID]:
    """Lock tickets that are to be counted, the earliest first, and return their ids."""
    return await claim_uncounted(tx, tx.now - LINGER, excluding=excluding, limit=limit)


async def count_outcomes(tx: Transaction, ticket_ids: Sequence[UUID]) -> None:
    """Count the promises of those of these tickets that are not counted as they stand."""
    promised = await lock_promised(tx, ticket_ids)
    if not promised:
        return
    ids = [each.ticket_id for each in promised]
    zones = await find_zones(tx, {each.site_id for each in promised})
    before = await find_outcomes(tx, ids)
    after = [outcome for each in promised for outcome in outcomes_of(each, zones)]
    await mark_counted(tx, ids)
    await add_to_sums(tx, changed_sums(before, after))
    # Last, for it locks the sums of days: two transactions may add to the same sums of both kinds.
    await save_outcomes(tx, before, after)
