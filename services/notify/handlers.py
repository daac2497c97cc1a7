"""Facts of the other services: whatever changed, everything there is to say about its ticket, or
its technician, is worked out anew; and who hears of a site is told along with it.
"""

from collections.abc import Sequence

from services.notify.actions.announce_audiences import announce_audiences, follow_sites
from services.notify.actions.deliver import Couriers
from services.notify.actions.follow_people import follow_people
from services.notify.actions.follow_technicians import follow_technicians
from services.notify.actions.follow_tickets import follow_tickets
from shared.contracts import (
    ClocksV1,
    CommentV1,
    PersonV1,
    SiteV1,
    Snapshot,
    TechnicianV1,
    TicketV1,
    WorkOrderV1,
)
from shared.db.transaction import Transaction
from shared.messaging.handlers import Handler, on
from shared.messaging.people import tell_of_people


def handlers_with(couriers: Couriers) -> tuple[Handler, ...]:
    """Return all of them; what is to be sent at once goes to these couriers."""

    @on(TicketV1, CommentV1, WorkOrderV1, ClocksV1, urgent=(WorkOrderV1,))
    async def tickets_concerned(tx: Transaction, heard: Sequence[Snapshot]) -> None:
        await follow_tickets(tx, heard, couriers=couriers)

    @on(TechnicianV1)
    async def technicians_concerned(tx: Transaction, technicians: Sequence[TechnicianV1]) -> None:
        await follow_technicians(tx, technicians, couriers=couriers)

    @on(PersonV1)
    async def people_belong_elsewhere(tx: Transaction, people: Sequence[PersonV1]) -> None:
        tell_of_people(tx, people)
        await follow_people(tx, people)
        await announce_audiences(tx, {person.site_id for person in people})

    @on(SiteV1)
    async def sites_concerned(tx: Transaction, sites: Sequence[SiteV1]) -> None:
        await follow_sites(tx, sites)

    return tickets_concerned, sites_concerned, technicians_concerned, people_belong_elsewhere
