"""What was said: to oneself, and about a ticket."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from services.notify.actions.tell import inbox_of
from services.notify.domain.access import inbox_scope, sites_seen
from services.notify.domain.message import DeliveryStatus, Message
from services.notify.store import messages
from services.notify.store.failed_deliveries import FailedPage, list_failed
from shared.auth.caller import Caller
from shared.db.transaction import Transaction
from shared.errors import NotFound
from shared.ids import SiteId

_AT_FIRST = 20
_MAX_UNREAD = 1000
"""More are not counted: an inbox that is never opened fills for a year."""
_MAX_READ_AT_ONCE = 2000
"""More are not marked at once: their rows would be locked for seconds."""


async def read_inbox(
    tx: Transaction, *, by: Caller, before: UUID | None, limit: int, unread: bool
) -> tuple[list[Message], int]:
    """Return the caller's messages that they may still read, newest first, and how many of these
    lie unread in all, `_MAX_UNREAD` at most.
    """
    scope = inbox_scope(by)
    found = await messages.list_inbox(tx, scope, before=before, limit=limit, unread=unread)
    return found, await messages.count_unread(tx, scope, limit=_MAX_UNREAD)


async def follow_inbox(tx: Transaction, after: UUID | None, *, by: Caller) -> Sequence[Message]:
    """Return what came to the caller since that message, oldest first; the last few if `after` is
    None.
    """
    scope = inbox_scope(by)
    if after is not None:
        return await messages.list_inbox_after(tx, scope, after)
    return list(
        reversed(await messages.list_inbox(tx, scope, before=None, limit=_AT_FIRST, unread=False))
    )


async def read_message(tx: Transaction, id: UUID, *, by: Caller) -> int:
    """Mark it as read; return how many are left unread. Raises NotFound."""
    scope = inbox_scope(by)
    if not await messages.mark_read(tx, id, scope, tx.now):
        raise NotFound(f"There is no message {id} in your inbox.")
    tx.tell(inbox_of(by.id))
    return await messages.count_unread(tx, scope, limit=_MAX_UNREAD)


async def read_messages(tx: Transaction, newest: UUID, *, by: Caller) -> int:
    """Mark what lies unread up to that message as read, the newest of it first and
    `_MAX_READ_AT_ONCE` at most; return how many are left unread.
    """
    scope = inbox_scope(by)
    if await messages.mark_all_read(tx, newest, scope, tx.now, limit=_MAX_READ_AT_ONCE):
        tx.tell(inbox_of(by.id))
    return await messages.count_unread(tx, scope, limit=_MAX_UNREAD)


@dataclass(frozen=True, kw_only=True)
class Told:
    """A message with how each of its deliveries stands."""

    message: Message
    deliveries: tuple[DeliveryStatus, ...]


async def read_about(
    tx: Transaction, ticket: UUID, *, by: Caller, before: UUID | None, limit: int
) -> list[Told]:
    """Return the messages about a ticket of the caller's sites, newest first."""
    found = await messages.list_about(tx, ticket, sites=sites_seen(by), before=before, limit=limit)
    deliveries: dict[UUID, list[DeliveryStatus]] = defaultdict(list)
    for delivery in await messages.deliveries_of(tx, [message.id for message in found]):
        deliveries[delivery.message_id].append(delivery)
    return [Told(message=each, deliveries=tuple(deliveries[each.id])) for each in found]


async def read_failed(
    tx: Transaction, *, by: Caller, site: SiteId | None, before: UUID | None
) -> FailedPage:
    """Return deliveries about the caller's sites that were given up, about `site` alone where it is
    given. Raises NotFound.
    """
    sites = sites_seen(by)
    if site is not None:
        if sites is not None and site not in sites:
            raise NotFound("There is no such site.")
        sites = frozenset({site})
    return await list_failed(tx, sites, before=before)
