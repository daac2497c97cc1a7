"""People whom the desk looks for: by their telephone number, or because nothing reaches them."""

from collections.abc import Collection

from services.notify.actions.seeing import sites_asked
from services.notify.domain.channels import Channel
from services.notify.domain.recipient import Recipient
from services.notify.store.contacts import list_with_phone
from services.notify.store.reachability import list_unreachable
from shared.auth.caller import Caller
from shared.db.transaction import Transaction
from shared.ids import SiteId


async def find_by_phone(
    tx: Transaction, phone: str, *, by: Caller, site: SiteId | None, after: str, limit: int
) -> list[Recipient]:
    """Return the people with that telephone number (E.164) at the caller's sites, or at `site`
    alone, by id; of what they listen to, what is at these. Raises NotFound for a site that is not
    the caller's.
    """
    sites = sites_asked(site, by=by)
    found = await list_with_phone(tx, phone, sites=sites, after=after, limit=limit)
    return [each.seen_at(sites) for each in found]


async def find_unreachable(
    tx: Transaction,
    *,
    by: Caller,
    site: SiteId | None,
    channels: Collection[Channel],
    after: str,
    limit: int,
) -> list[Recipient]:
    """Return the people at the caller's sites, or at `site` alone, whom none of these channels
    reaches, by id; the rest as `find_by_phone`.
    """
    sites = sites_asked(site, by=by)
    found = await list_unreachable(tx, sites=sites, channels=channels, after=after, limit=limit)
    return [each.seen_at(sites) for each in found]
