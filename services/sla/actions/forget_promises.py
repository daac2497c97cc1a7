"""Forgetting the promises of tickets that ended long ago, but for the sums of what
became of them.
"""

from collections.abc import Sequence
from uuid import UUID

from services.sla.domain.monthly_sums import sums_of
from services.sla.store.forgetting import add_to_sums, delete_promises, find_zones
from shared.db.transaction import Transaction


async def forget_promises(tx: Transaction, ticket_ids: Sequence[UUID]) -> None:
    """Delete the promises of these tickets and add them to the sums of their months, each once:
    what is deleted is what is added.
    """
    promised = await delete_promises(tx, ticket_ids)
    zones = await find_zones(tx, {each.site_id for each in promised})
    await add_to_sums(tx, sums_of(promised, zones))
