"""Telling that certificates end soon, and looking at what technicians hold whose certificates are
over.
"""

from collections.abc import Sequence

from services.dispatch import events
from services.dispatch.actions.circumstances import zone_named
from services.dispatch.actions.recording import CERTIFICATES, REVIEWS
from services.dispatch.domain.certificate_warnings import next_look, warned
from services.dispatch.store.technicians import (
    find_technicians,
    find_zones,
    save_technician,
    set_warning,
)
from shared.db.transaction import Transaction
from shared.ids import TechnicianId


async def warn_of_certificates(tx: Transaction, technician_ids: Sequence[TechnicianId]) -> None:
    """Publish the newest warning that is due of each of their certificates; have what is in their
    hands looked at, for a certificate may be over; and say when to look next.
    """
    found = await find_technicians(tx, technician_ids, for_update=True)
    known = await find_zones(tx, {site for each in found.values() for site in each.sites})
    for technician in found.values():
        zones = {site: zone_named(known.get(site)) for site in technician.sites}
        zone = zones[technician.site_id]
        after = warned(technician, zone=zone, now=tx.now)
        again_at = next_look(after, zone=zone, zones=set(zones.values()), now=tx.now)
        if after is technician:
            await set_warning(tx, technician.id, certificates_at=again_at, review_at=tx.now)
        else:
            save_technician(tx, after, review_at=tx.now, certificates_at=again_at)
            is_new = {*after.certificate_warnings} - {*technician.certificate_warnings}
            tx.publish(
                events.technician_warned(after) if is_new else events.technician_changed(after)
            )
        if again_at is not None:
            tx.schedule(CERTIFICATES, again_at)
    tx.schedule(REVIEWS, tx.now)
