"""The crew of a site as its desk looks at it: who is on duty, what they do and are asked."""

from services.dispatch.actions.circumstances import load_circumstances
from services.dispatch.actions.seeing import demand_managed
from services.dispatch.domain.access import sites_managed
from services.dispatch.domain.on_duty import Member, duty_of, member
from services.dispatch.store.in_hand import find_asked, find_held
from services.dispatch.store.technicians import list_technicians
from shared.auth.caller import Caller
from shared.db.transaction import Transaction
from shared.ids import SiteId

_MAX_MEMBERS = 500


async def read_crew(tx: Transaction, site_id: SiteId, *, by: Caller) -> list[Member]:
    """Return the technicians of the site, by id: those on duty first, of them those with most in
    hand. Raises NotFound.
    """
    demand_managed(site_id, by=by)
    technicians = await list_technicians(
        tx, sites=frozenset({site_id}), after="", limit=_MAX_MEMBERS
    )
    ids = [technician.id for technician in technicians]
    zone = (await load_circumstances(tx, site_id)).zone
    held, asked = await find_held(tx, ids), await find_asked(tx, ids)
    sites = sites_managed(by)
    members = [
        member(
            technician,
            duty_of(technician, zone, now=tx.now),
            holds=held.get(technician.id, ()),
            asked=asked.get(technician.id, ()),
            sites=sites,
        )
        for technician in technicians
    ]
    return sorted(members, key=_busiest_first)


def _busiest_first(each: Member) -> tuple[bool, int, int]:
    in_hand = len(each.holds) + each.elsewhere
    return (not (each.duty.on_duty or in_hand), -in_hand, -len(each.asked))
