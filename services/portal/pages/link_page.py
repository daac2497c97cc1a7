"""Pages that a link to one ticket opens, without a login: `/t/{link}` and what lies below it."""

from dataclasses import dataclass, replace
from typing import Annotated

from fastapi import Depends, Request

from services.portal.actions.open_ticket_link import open_ticket_link
from services.portal.api.state import PortalState
from services.portal.api.visiting import address_prefix, visit_of
from services.portal.domain.ticket_links import TicketLink
from services.portal.pages.page import Page
from shared.http.state import state_of


@dataclass
class LinkPage(Page):
    """One request by a link: the visitor is its bearer, also where another person is signed in in
    this browser."""

    link: TicketLink


async def _page_of_link(request: Request, link: str) -> LinkPage:
    """Return the page. Raises NoSuchLink, TooManyTries."""
    visit, state = await visit_of(request), state_of(request, PortalState)
    opened, visitor = await open_ticket_link(
        state.database,
        state.ways_in.ticket_links,
        link,
        address=address_prefix(request),
        language=visit.visitor.language,
    )
    return LinkPage(request, replace(visit, visitor=visitor), opened)


_page_of_link.__dict__["page_roles"] = ()
_page_of_link.__dict__["strangers"] = True
_page_of_link.__dict__["links"] = True
ByLink = Annotated[LinkPage, Depends(_page_of_link)]
"""For routes with `{link}` in their path: all who have the link may."""
