"""`/w`: a technician's day: what is offered, what comes next, and the way there."""

import asyncio
from collections.abc import Sequence
from typing import Any

from fastapi import Response

from services.portal.actions.technician_day import see_day, see_dues
from services.portal.adapters.apis import Missing
from services.portal.domain.drawing.plan import (
    BuildingIn,
    JobIn,
    Plan,
    TechnicianIn,
    draw_plan,
)
from services.portal.domain.drawing.ring import Ring, draw_ring
from services.portal.domain.drawing.site_layout import Point
from services.portal.domain.own_job import HeldOut
from services.portal.domain.technician_day import (
    OnShift,
    arrival_choices,
    ended_on,
    in_order,
    shift_now,
    standing_at,
)
from services.portal.pages.page import Page, Technician, page_router
from services.portal.pages.technician_views import (
    JobLine,
    Site,
    Sites,
    listed,
    person_mark,
    technician_id,
    to_keep,
    zone_info,
)
from shared.contracts.tickets import Place

router = page_router()

_MAX_STOPS = 9


@router.get("/w")
async def today(page: Technician) -> Response:
    """Show the technician's day."""
    day, _ = await asyncio.gather(see_day(page.apis, technician_id(page)), page.prefetch_sites())
    jobs, offers = in_order(listed(day.jobs)), listed(day.offers)
    shown = [*jobs, *(offer.job for offer in offers)]
    sites = Sites(page, await see_dues(page.apis, shown))
    zone = await sites.zone(shown)
    there = zone_info(zone)
    technician = {} if isinstance(day.technician, Missing) else day.technician
    start = standing_at(jobs, technician)
    lines = await sites.lines(jobs, start=start)
    cards = [await offer_card(page, sites, offer, start) for offer in offers]
    ended = ended_on(listed(day.ended), page.now.astimezone(there).date(), there)
    site = await sites.get(jobs[0].site_id) if jobs else {}
    response = page.render(
        "technician/today.html",
        zone=zone,
        person=person_mark(page),
        day=day,
        cards=cards,
        lines=lines,
        ended=[await sites.line(job) for job in ended],
        shift=shift_now(technician, page.now, there) if technician else OnShift(is_on=False),
        knows_shift=bool(technician),
        plan=_way(page, site, lines, cards, start),
    )
    return to_keep(page, response)


async def offer_card(
    page: Page, sites: Sites, offer: HeldOut, start: Place | None
) -> dict[str, Any]:
    """Return an offer with what its card shows."""
    line = await sites.line(offer.job, start=start)
    ring: Ring = draw_ring(begun_at=offer.offered_at, ends_at=offer.expires_at, now=page.now)
    return {
        "offer": offer,
        "line": line,
        "ring": ring,
        "arrivals": arrival_choices(page.now, line.walk),
    }


def _way(
    page: Page,
    site: Site,
    lines: Sequence[JobLine],
    cards: Sequence[dict[str, Any]],
    start: Place | None,
) -> Plan | None:
    """Return the plan of the way through the day's jobs at the site; None where that has no
    buildings, or there is nowhere to go.
    """
    site_id = site.get("id")
    cards = [card for card in cards if card["line"].job.site_id == site_id]
    buildings = [
        BuildingIn(
            code=each["code"], word=_short(each), at=_point(each.get("lat"), each.get("lon"))
        )
        for each in site.get("buildings", ())
    ]
    if not buildings or not lines:
        return None
    here = [] if start is None else [_technician(page, start)]
    return draw_plan(
        buildings,
        jobs=[
            JobIn(
                priority=card["line"].job.priority,
                tone="risk",
                building=card["line"].job.place.building,
                at=_place_point(card["line"].job.place),
            )
            for card in cards
        ],
        technicians=here,
        stops=[
            _stop(line.job.place) if line.job.site_id == site_id else None
            for line in lines[:_MAX_STOPS]
        ],
    )


def _technician(page: Page, start: Place) -> TechnicianIn:
    return TechnicianIn(
        word=page.visitor.name.strip()[:1] or "·", building=start.building, at=_place_point(start)
    )


def _short(building: Any) -> str:
    return str(building.get("name") or building["code"])


def _stop(place: Place) -> str | Point | None:
    return place.building or _place_point(place)


def _place_point(place: Place) -> Point | None:
    return _point(place.lat, place.lon)


def _point(lat: float | None, lon: float | None) -> Point | None:
    return None if lat is None or lon is None else Point(lat=lat, lon=lon)
