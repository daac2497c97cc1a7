"""Which road a ticket takes: to technicians, or to the desk of its site."""

from services.tickets.domain.site import Site
from services.tickets.domain.ticket import Ticket
from shared.contracts.categories import Road
from shared.contracts.tickets import Priority


def road_for(usual: Road, *, priority: Priority, in_danger: bool) -> Road:
    """Return the road of a ticket whose category takes the `usual` one: an emergency on which words
    of danger stand goes to technicians, whatever people called it.
    """
    return Road.DISPATCH if in_danger and priority is Priority.EMERGENCY else usual


def usual_road(ticket: Ticket, site: Site) -> Road:
    """Return the road that the ticket takes by itself: its category's, where danger sent it to
    technicians, else the one that it is on.
    """
    if not ticket.danger or ticket.priority is not Priority.EMERGENCY:
        return ticket.road
    category, known = site.category(ticket.category)
    return category.road if known else ticket.road
