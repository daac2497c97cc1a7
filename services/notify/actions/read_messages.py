"""What was said: to oneself, and about a ticket."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from services.notify.actions.tell import inbox_of
from services.notify.domain.access import sites_seen
from services.notify.store import messages
from services.notify.store.deliveries import deliveries_of
from shared.auth.caller import Caller
from shared.db.transaction import Transaction
from shared.errors import NotFound

Row = Mapping[str, Any]

_AT_FIRST = 20


async def read_inbox(
    tx: Transaction, *, by: Caller, before: UUID | None, most: int, unread: bool
) -> tuple[Sequence[Row], int]:
    """(messages, newest first; how many lie unread in all)"""
    found = await messages.list_inbox(tx, by.id, before=before, most=most, unread=unread)
    return found, await messages.count_unread(tx, by.id)


async def follow_inbox(tx: Transaction, after: UUID | None, *, by: Caller) -> Sequence[Row]:
    """What came in since, oldest first; the last few at the beginning."""
    if after is not None:
        return await messages.list_inbox_after(tx, by.id, after)
    return list(
        reversed(await messages.list_inbox(tx, by.id, before=None, most=_AT_FIRST, unread=False))
    )


async def read_message(tx: Transaction, id: UUID, *, by: Caller) -> int:
    """Marks it as read; returns how many are left unread. Raises NotFound."""
    if not await messages.mark_read(tx, id, by.id, tx.now):
        raise NotFound(f"There is no message {id} in your inbox.")
    tx.tell(inbox_of(by.id))
    return await messages.count_unread(tx, by.id)


async def read_about(
    tx: Transaction, ticket: UUID, *, by: Caller, before: UUID | None, most: int
) -> tuple[Sequence[Row], Mapping[UUID, list[Row]]]:
    """(messages about a ticket of the caller's sites, newest first; their deliveries by message)"""
    found = await messages.list_about(tx, ticket, sites=sites_seen(by), before=before, most=most)
    deliveries: dict[UUID, list[Row]] = defaultdict(list)
    for delivery in await deliveries_of(tx, [row["id"] for row in found]):
        deliveries[delivery["message_id"]].append(delivery)
    return found, deliveries
