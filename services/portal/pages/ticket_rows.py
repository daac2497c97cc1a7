"""Tickets in a resident's list, each with its sentence."""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from services.portal.domain.place_words import place_name
from services.portal.domain.reporting import icon_of
from services.portal.domain.ticket_view import TicketView
from services.portal.domain.tracking import Standing, standing
from services.portal.pages.page import Away, Page, Refusal
from services.portal.pages.tracked_ticket import category_name, place_line

_NO_SITE: Mapping[str, Any] = {"categories": (), "buildings": (), "spots": (), "time_zone": None}


@dataclass(frozen=True, kw_only=True)
class TicketRow:
    ticket: TicketView
    standing: Standing
    place: str
    category: str
    icon: str
    zone: str | None


async def ticket_rows(page: Page, items: Sequence[Mapping[str, Any]]) -> list[TicketRow]:
    """Return the tickets of a list, as `GET /v1/tickets` gives them in full."""
    tickets = [TicketView.model_validate(each) for each in items]
    ids = list({ticket.site_id for ticket in tickets})
    sites = dict(zip(ids, await asyncio.gather(*(_site(page, id) for id in ids)), strict=True))
    return [_row(page, ticket, sites[ticket.site_id]) for ticket in tickets]


def _row(page: Page, ticket: TicketView, site: Mapping[str, Any]) -> TicketRow:
    category = next(
        (each for each in site["categories"] if each["code"] == ticket.category),
        {"code": ticket.category, "nature": ticket.nature},
    )
    return TicketRow(
        ticket=ticket,
        standing=standing(ticket, now=page.now),
        place=place_line(place_name(site, ticket.place), page.t),
        category=category_name(site, ticket.category, page.language),
        icon=icon_of(category),
        zone=site["time_zone"],
    )


async def _site(page: Page, id: str) -> Mapping[str, Any]:
    """Return the site; without any names where it is not to be seen any more."""
    try:
        return await page.site(id)
    except (Refusal, Away):
        return _NO_SITE
