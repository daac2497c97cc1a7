"""What the caller may see or change, loaded once; what they may not see is not there."""

from uuid import UUID

from services.notify.domain.access import may_manage, may_see, sites_managed
from services.notify.domain.endpoint import Endpoint
from services.notify.domain.recipient import Recipient
from services.notify.store.endpoints import find_endpoints
from services.notify.store.recipients import load_recipient
from shared.auth.caller import Caller
from shared.db.transaction import Transaction
from shared.errors import Forbidden, NotFound
from shared.ids import PersonId, SiteId


async def see_endpoint(tx: Transaction, id: UUID, *, by: Caller) -> Endpoint:
    """Return the endpoint, for reading. Raises NotFound."""
    return await _endpoint(tx, id, by=by, for_update=False)


async def lock_endpoint(tx: Transaction, id: UUID, *, by: Caller) -> Endpoint:
    """Return the endpoint, locked. Raises NotFound."""
    return await _endpoint(tx, id, by=by, for_update=True)


async def see_recipient(tx: Transaction, id: PersonId, *, by: Caller) -> Recipient:
    """Return what is known of the person, for reading. Raises Forbidden and NotFound."""
    return await _recipient(tx, id, by=by, for_update=False)


async def lock_recipient(tx: Transaction, id: PersonId, *, by: Caller) -> Recipient:
    """Return what is known of the person, locked. Raises Forbidden and NotFound."""
    return await _recipient(tx, id, by=by, for_update=True)


async def lock_recipient_if_known(tx: Transaction, id: PersonId, *, by: Caller) -> Recipient | None:
    """Return what is known of the person, locked; None for one who is not known yet, whom no other
    transaction makes known until this one ends. Raises Forbidden.
    """
    demand_sites_managed(id, by=by)
    await tx.lock("recipient", [id])
    return await load_recipient(tx, id, for_update=True)


def demand_sites_managed(owner: PersonId, *, by: Caller) -> frozenset[SiteId] | None:
    """Return of which sites the caller may have the owner's messages sent somewhere; None for all.

    Raises Forbidden.
    """
    if not may_see(by, owner):
        raise Forbidden("Only the owner, staff and integrations may do this.")
    return sites_managed(by, owner)


async def _endpoint(tx: Transaction, id: UUID, *, by: Caller, for_update: bool) -> Endpoint:
    endpoint = (await find_endpoints(tx, [id], for_update=for_update)).get(id)
    if endpoint is None or endpoint.removed_at is not None or not may_manage(by, endpoint):
        raise NotFound(f"There is no endpoint {id}.")
    return endpoint


async def _recipient(tx: Transaction, id: PersonId, *, by: Caller, for_update: bool) -> Recipient:
    demand_sites_managed(id, by=by)
    recipient = await load_recipient(tx, id, for_update=for_update)
    if recipient is None:
        raise NotFound(f"Nothing is known of {id}.")
    return recipient
