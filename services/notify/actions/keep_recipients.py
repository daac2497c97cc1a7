"""Recipients as they themselves, or the staff of their sites, want them."""

from collections.abc import Collection
from dataclasses import replace

from services.notify.domain.access import check_audience, keeps, scope_over
from services.notify.domain.endpoint import MOST_OF_ONE_OWNER
from services.notify.domain.kinds import Language
from services.notify.domain.recipient import Recipient
from services.notify.store.deliveries import fail_all
from services.notify.store.endpoints import list_endpoints, save_endpoint
from services.notify.store.recipients import load_recipient, remove_recipient, save_recipient
from shared.auth.caller import Caller
from shared.db.transaction import Transaction
from shared.errors import Forbidden, NotFound
from shared.ids import PersonId, SiteId


async def put_recipient(
    tx: Transaction,
    id: PersonId,
    *,
    by: Caller,
    language: Language,
    audience: Collection[tuple[str, SiteId]] | None,
) -> Recipient:
    """`audience` None leaves it as it is. Raises Forbidden."""
    scope_over(by, id)
    await tx.lock("recipient", [id])
    before = await load_recipient(tx, id)
    had = [(each.role, each.site) for each in before.audience] if before else []
    wanted = had if audience is None else audience
    check_audience(by, before, frozenset(wanted))
    after = (before or Recipient(id=id, version=0, language=language)).changed(
        language=language, audience=tuple(wanted), at=tx.now
    )
    if before is None:
        after = replace(after, version=1)
    if after != before:
        await save_recipient(tx, after)
    return after


async def read_recipient(tx: Transaction, id: PersonId, *, by: Caller) -> Recipient:
    """Raises Forbidden and NotFound."""
    scope_over(by, id)
    recipient = await load_recipient(tx, id)
    if recipient is None:
        raise NotFound(f"Nothing is known of {id}.")
    return recipient


async def forget_recipient(tx: Transaction, id: PersonId, *, by: Caller) -> None:
    """With their language, their audience and their endpoints; what was said stays on record.

    Raises Forbidden and NotFound.
    """
    recipient = await read_recipient(tx, id, by=by)
    check_audience(by, recipient, frozenset())
    # disabled ones too
    endpoints = await list_endpoints(tx, id, before=None, most=MOST_OF_ONE_OWNER)
    if not all(keeps(by, endpoint) for endpoint in endpoints):
        raise Forbidden(f"{id} has endpoints that are not yours to remove.")
    for endpoint in endpoints:
        save_endpoint(tx, endpoint.removed(at=tx.now))
        await fail_all(tx, endpoint.id, "endpoint_removed")
    await remove_recipient(tx, id)
