"""How many hear of each site, told to the other services."""

from collections.abc import Collection, Sequence

from services.notify import events
from services.notify.store.audiences import count_listeners, save_audience
from shared.auth.caller import EVERY_SITE
from shared.contracts import SiteV1
from shared.db.transaction import Transaction


async def announce_audiences(tx: Transaction, sites: Collection[str]) -> None:
    """Publish how many listen to each of these sites, where that has changed."""
    await _announce(tx, sites, again=False)


async def follow_sites(tx: Transaction, sites: Sequence[SiteV1]) -> None:
    """Publish how many listen to the sites that were heard of, and to every site, once more: a site
    is republished for services that have missed something.
    """
    await _announce(tx, {EVERY_SITE, *(site.id for site in sites)}, again=True)


async def _announce(tx: Transaction, sites: Collection[str], *, again: bool) -> None:
    if not sites:
        return
    await tx.lock("audience", sites)
    await tx.flush()
    for each in await count_listeners(tx, sites):
        changed = each.listeners != (each.told or 0)
        if changed or (again and (each.site != EVERY_SITE or each.version is not None)):
            version = (each.version or 0) + 1
            save_audience(tx, each.site, version=version, listeners=each.listeners)
            fact = events.audience(
                each.site, version=version, listeners=each.listeners, again=not changed
            )
            tx.publish(fact)
