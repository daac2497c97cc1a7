"""Sites tell us their time zones; all else of them is kept as it came."""

from collections.abc import Sequence

from services.sla.actions.change_calendar import sweep_clocks_of
from services.sla.domain.calendar import zone
from services.sla.store.terms import lock_terms, save_zone, site_zone
from shared.contracts import SiteV1
from shared.db.transaction import Transaction


async def follow_sites(tx: Transaction, sites: Sequence[SiteV1]) -> None:
    """Store the zone of each site: its usual calendar is in its own.

    Raises ValueError for what is no time zone.
    """
    for site in sites:
        known = await site_zone(tx, site.id)
        if known == site.time_zone:
            continue
        zone(site.time_zone)
        await lock_terms(tx)
        save_zone(tx, site.id, site.time_zone, first=known is None)
        sweep_clocks_of(tx, site.id)
    await tx.flush()
