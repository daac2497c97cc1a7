"""Tickets that may be about the same thing. They are offered, never forced."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from services.tickets.domain.ticket import Ticket
from services.tickets.domain.verbs import LIVING
from shared.contracts.tickets import Place
from shared.contracts.tickets import TicketState as State
from shared.geodesy import metres_between
from shared.ids import TicketId

LOOK_BACK = timedelta(hours=72)
_OUTDOORS_WITHIN_M = 30.0
MAX_OFFERED = 5


@dataclass(frozen=True, kw_only=True)
class Earlier:
    """What has to be known of a ticket to offer it as a possible duplicate."""

    id: TicketId
    site_id: str
    reference: str
    category: str
    state: State
    title: str
    place: Place
    opened_at: datetime


def possible_duplicates(ticket: Ticket, others: Iterable[Earlier]) -> tuple[Earlier, ...]:
    """Return those of the others that are alive, of the same category, from the last 72 h and in
    the same unit or spot, newest first.

    Where neither names a unit or spot: within 30 m of each other.
    """
    same = [other for other in others if _may_be_the_same(ticket, other)]
    return tuple(sorted(same, key=lambda other: other.opened_at, reverse=True)[:MAX_OFFERED])


def _may_be_the_same(ticket: Ticket, other: Earlier) -> bool:
    return (
        other.id != ticket.id
        and other.site_id == ticket.site_id
        and other.category == ticket.category
        and other.state in LIVING
        and timedelta() <= ticket.opened_at - other.opened_at <= LOOK_BACK
        and _same_place(ticket.place, other.place)
    )


def _same_place(one: Place, other: Place) -> bool:
    if one.unit or other.unit:
        return (one.building, one.unit) == (other.building, other.unit)
    if one.spot or other.spot:
        return one.spot == other.spot
    if one.lat is None or one.lon is None or other.lat is None or other.lon is None:
        return False
    return metres_between(one.lat, one.lon, other.lat, other.lon) <= _OUTDOORS_WITHIN_M
