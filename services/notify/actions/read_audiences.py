"""Who hears of the work at sites, for their staff."""

from collections.abc import Mapping

from pydantic import JsonValue

from services.notify.domain.access import MAY_MANAGE
from services.notify.store.audiences import Audience, find_unheard, list_audiences
from shared.auth.caller import Caller
from shared.db.transaction import Transaction

_MAX_NAMES = 10


async def read_details(tx: Transaction) -> Mapping[str, JsonValue]:
    """Return what an operator should see though the service is ready: sites that no one listens
    to, as their number and the first ten names.
    """
    unheard = await find_unheard(tx, limit=_MAX_NAMES)
    if not unheard.count:
        return {}
    return {"sites_unheard": {"count": unheard.count, "names": list(unheard.names)}}


async def read_audiences(
    tx: Transaction,
    *,
    by: Caller,
    site: str | None,
    unheard: bool,
    after: str | None,
    limit: int,
) -> list[Audience]:
    """Return the audiences of the caller's sites, or of one of them; with `unheard` only of sites
    that no one listens to.
    """
    sites = by.sites(*MAY_MANAGE)
    if site is not None:
        sites = frozenset({site}) if sites is None else sites & {site}
    return await list_audiences(tx, sites=sites, unheard=unheard, after=after or "", limit=limit)
