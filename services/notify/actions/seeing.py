"""What the caller may see or change, loaded once; what they may not see is not there."""

from uuid import UUID

from services.notify.domain.access import (
    Acquaintance,
    audience_sites,
    may_manage,
    may_manage_audience,
    may_register_for,
    may_see,
    sites_managed,
)
from services.notify.domain.acquaintance import KnownPerson
from services.notify.domain.endpoint import Endpoint
from services.notify.domain.recipient import Recipient
from services.notify.store.acquaintance import find_known, find_own_email
from services.notify.store.endpoints import find_endpoints
from services.notify.store.recipients import find_acquaintances, load_recipient
from shared.auth.caller import Caller, Role
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
    """Return what is known of the person, for reading: of what they listen to, what is at the
    caller's sites. Raises Forbidden and NotFound.
    """
    recipient = await _recipient(tx, id, by=by, for_update=False)
    return recipient.seen_at(sites_managed(by, id))


async def lock_recipient(tx: Transaction, id: PersonId, *, by: Caller) -> Recipient:
    """Return what is known of the person, locked. Raises Forbidden and NotFound."""
    return await _recipient(tx, id, by=by, for_update=True)


async def lock_recipient_to_put(
    tx: Transaction, id: PersonId, *, listening: bool, by: Caller
) -> Recipient | None:
    """Return what is known of the person, locked; None for one who is not known yet, whom no other
    transaction makes known until this one ends.

    One whom notify knows at no site is for those who say (`listening`) of which site they hear.
    Raises Forbidden, and NotFound for a person of other sites.
    """
    _demand_sites_managed(id, by=by)
    await tx.lock("recipient", [id])
    known = await _acquaintance(tx, id, by=by)
    if not known.shared and (known.anywhere or not listening):
        raise _no_such_recipient(id)
    return await load_recipient(tx, id, for_update=True)


async def demand_to_register_for(
    tx: Transaction, owner: PersonId, *, by: Caller
) -> frozenset[SiteId] | None:
    """Return of which sites the caller may have the owner's messages sent somewhere; None for all.

    Raises Forbidden, and NotFound for an owner of other sites.
    """
    if not may_register_for(by, owner, await _acquaintance(tx, owner, by=by)):
        raise _no_such_recipient(owner)
    return sites_managed(by, owner)


async def demand_shared(tx: Transaction, id: PersonId, *, by: Caller) -> None:
    """Raise NotFound unless the caller is the person, or shares a site with them; Forbidden for one
    who looks after no one.
    """
    if not (await _acquaintance(tx, id, by=by)).shared:
        raise _no_such_recipient(id)


async def see_acquaintance(tx: Transaction, id: PersonId, *, by: Caller) -> KnownPerson:
    """Return as what the person is known anywhere. Raises NotFound for a caller who does not look
    after every site.
    """
    if by.sites(Role.ADMIN, Role.INTEGRATION) is not None:
        raise _no_such_recipient(id)
    known = sorted(await find_known(tx, id), key=lambda each: (each.site, each.role or ""))
    return KnownPerson(known=tuple(known), own_email=await find_own_email(tx, id))


def sites_asked(site: SiteId | None, *, by: Caller) -> frozenset[SiteId] | None:
    """Return the sites of whose people the caller asks: `site` alone, or all of theirs; None for
    every site. Raises NotFound for a site that is not the caller's.
    """
    if site is None:
        return audience_sites(by)
    if not may_manage_audience(by, site):
        raise NotFound("There is no such site.")
    return frozenset({site})


def _demand_sites_managed(owner: PersonId, *, by: Caller) -> frozenset[SiteId] | None:
    if not may_see(by, owner):
        raise Forbidden("Only the owner, staff and integrations may do this.")
    return sites_managed(by, owner)


async def _endpoint(tx: Transaction, id: UUID, *, by: Caller, for_update: bool) -> Endpoint:
    endpoint = (await find_endpoints(tx, [id], for_update=for_update)).get(id)
    if endpoint is None or not endpoint.is_webhook or not may_manage(by, endpoint):
        raise NotFound(f"There is no endpoint {id}.")
    return endpoint


async def _recipient(tx: Transaction, id: PersonId, *, by: Caller, for_update: bool) -> Recipient:
    known = await _acquaintance(tx, id, by=by)
    recipient = await load_recipient(tx, id, for_update=for_update) if known.shared else None
    if recipient is None:
        raise _no_such_recipient(id)
    return recipient


async def _acquaintance(tx: Transaction, id: PersonId, *, by: Caller) -> Acquaintance:
    """Return whether the person is known at the sites that the caller manages. Raises Forbidden."""
    sites = _demand_sites_managed(id, by=by)
    if sites is None:
        return Acquaintance(shared=True, anywhere=True)
    return (await find_acquaintances(tx, [id], sites))[id]


def _no_such_recipient(id: PersonId) -> NotFound:
    return NotFound(f"Nothing is known of {id} at your sites.")
