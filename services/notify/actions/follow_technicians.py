"""Technicians of whom something was heard: what there is to say of their certificates."""

from collections.abc import Sequence

from services.notify.actions.deliver import Couriers
from services.notify.actions.tell import say
from services.notify.domain.for_certificates import for_certificates
from services.notify.store.certificates import find_said, find_site_listeners
from shared.contracts import TechnicianV1
from shared.db.transaction import Transaction


async def follow_technicians(
    tx: Transaction, technicians: Sequence[TechnicianV1], *, couriers: Couriers
) -> None:
    """Say each warning of a certificate that was not said yet. Harmless to repeat, in any order,
    after any gap.
    """
    warned = [each for each in technicians if each.certificate_warnings]
    if not warned:
        return
    listeners = await find_site_listeners(tx, {site for each in warned for site in each.sites})
    occasions = {
        occasion.key: occasion for each in warned for occasion in for_certificates(each, listeners)
    }
    said = await find_said(tx, occasions.values())
    unsaid = [occasion for key, occasion in occasions.items() if key not in said]
    await say(tx, unsaid, zones={}, couriers=couriers)
