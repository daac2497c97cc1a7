"""Recipients as they themselves, or the staff of their sites, want them and see them."""

from collections.abc import Collection
from dataclasses import replace

from services.notify.actions.announce_audiences import announce_audiences
from services.notify.actions.put_contacts import put_mailboxes
from services.notify.actions.seeing import lock_recipient, lock_recipient_to_put, sites_asked
from services.notify.domain.access import demand_audience, may_manage, sites_managed
from services.notify.domain.channels import Channel
from services.notify.domain.contacts import ContactsGiven
from services.notify.domain.endpoint import MAX_ENDPOINTS_PER_OWNER
from services.notify.domain.kinds import Language
from services.notify.domain.recipient import Recipient
from services.notify.store import recipients
from services.notify.store.acquaintance import find_known
from services.notify.store.deliveries import fail_all
from services.notify.store.endpoints import list_endpoints, save_endpoint
from services.notify.store.login_links import delete_login_links_of
from services.notify.store.mailboxes import save_mailboxes
from services.notify.store.preferences import remove_preferences
from services.notify.store.reachability import forget_unreachable, settle_reachability
from services.notify.store.recipients import remove_recipient, save_recipient
from shared.auth.caller import Caller
from shared.db.transaction import Transaction
from shared.errors import Forbidden
from shared.ids import PersonId, SiteId


async def put_recipient(
    tx: Transaction,
    id: PersonId,
    *,
    by: Caller,
    language: Language | None,
    audience: Collection[tuple[str, SiteId]] | None,
    contacts: ContactsGiven,
    channels: Collection[Channel],
) -> Recipient:
    """Save the language, the audience and what is named of the contacts; None leaves either of the
    first two as it is. Of the audience, what is at sites that are not the caller's stays, and is
    not in what is returned. An address that is named again is tried anew if it was undeliverable.
    `channels` are those that are on.

    Raises Forbidden, and NotFound for a person of other sites.
    """
    before = await lock_recipient_to_put(tx, id, listening=bool(audience), by=by)
    sites = sites_managed(by, id)
    had = [(each.role, each.site) for each in before.audience] if before else []
    others = [each for each in had if sites is not None and each[1] not in sites]
    wanted = had if audience is None else [*audience, *others]
    demand_audience(by, before, frozenset(wanted))
    after = (before or Recipient(id=id, version=0, language=Language.CHINESE)).changed(
        language=language, audience=tuple(wanted), contacts=contacts, at=tx.now
    )
    if before is None:
        after = replace(after, version=1)
    await put_mailboxes(tx, {id: contacts}, by=by, again=True)
    await save_recipient(tx, after)
    if contacts.named:
        await tx.flush()
        await settle_reachability(tx, [id], channels)
    changed = {site for _, site in {*had} ^ {*wanted}}
    if changed:
        await announce_audiences(tx, changed)
    return after.seen_at(sites)


async def list_listeners(
    tx: Transaction, *, by: Caller, site: SiteId | None, after: str, limit: int
) -> list[Recipient]:
    """Return who listens at the sites whose audience the caller says, or at `site` alone, by id;
    of what they listen to, what is at these. Raises NotFound for a site that is not the caller's.
    """
    sites = sites_asked(site, by=by)
    found = await recipients.list_listeners(tx, sites, after=after, limit=limit)
    return [each.seen_at(sites) for each in found]


async def forget_recipient(tx: Transaction, id: PersonId, *, by: Caller) -> None:
    """Remove their language, audience, contacts and endpoints; what was said stays on record. Staff
    do so for people of their sites alone: those of others besides are reached there too.

    Raises Forbidden and NotFound.
    """
    recipient = await lock_recipient(tx, id, by=by)
    demand_audience(by, recipient, frozenset())
    sites = sites_managed(by, id)
    if sites is not None and any(each.site not in sites for each in await find_known(tx, id)):
        raise Forbidden(f"{id} is known at sites that are not yours too.")
    # disabled ones too
    endpoints = await list_endpoints(tx, id, sites=None, before=None, limit=MAX_ENDPOINTS_PER_OWNER)
    if not all(may_manage(by, endpoint) for endpoint in endpoints):
        raise Forbidden(f"{id} has endpoints that are not yours to remove.")
    for endpoint in endpoints:
        save_endpoint(tx, endpoint.removed(at=tx.now))
        await fail_all(tx, endpoint.id, "endpoint_removed")
    await save_mailboxes(tx, {id: None}, sites=None, by=by.id, again=False)
    await remove_preferences(tx, id)
    await delete_login_links_of(tx, [id])
    await forget_unreachable(tx, id)
    await remove_recipient(tx, id)
    await announce_audiences(tx, {each.site for each in recipient.audience})
