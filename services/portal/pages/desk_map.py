"""`/ops/map/{site}`: where the work is and where the crew is, on a plan and in a table."""

from dataclasses import replace
from urllib.parse import quote, urlencode

from fastapi import Response

from services.portal.domain.desk.rows import asked_about, crew_rows, in_hand, rows
from services.portal.domain.desk.site_plan import by_place, site_plan
from services.portal.domain.desk.views import CREW, QUEUE, Crew
from services.portal.domain.place_words import building_name
from services.portal.pages.desk_sites import categories_of, desk_sites, places_of, site_by_path
from services.portal.pages.desk_words import Words
from services.portal.pages.page import Desk, Missing, Page, page_router, parts
from shared.errors import NotFound

router = page_router()

_ROWS = 100


@router.get("/ops/map")
async def of_one_site(page: Desk, only: str = "") -> Response:
    """Lead to the plan of the site that the query names, else of the first."""
    sites = await desk_sites(page, one=True)
    if sites.chosen is None:
        raise NotFound("There is no site yet.")
    query = f"?{urlencode({'only': only})}" if only else ""
    return page.see_other(f"/ops/map/{quote(sites.chosen, safe='')}{query}")


@router.get("/ops/map/{site_id}")
async def show(page: Desk, site_id: str, only: str = "") -> Response:
    """Show the most pressing tickets of the site where they are, and who is where."""
    site = await site_by_path(page, site_id)
    emergencies = "emergency" if only == "emergency" else None
    answered, crew, sites = await parts(
        page.apis.tickets.get("/v1/queue", site=site_id, limit=_ROWS, priority=emergencies),
        _crew(page, site_id),
        desk_sites(page),
    )
    queue = None if isinstance(answered, Missing) else QUEUE.validate_python(answered)
    lines = queue.items if queue else ()
    known = crew if isinstance(crew, Crew) else None
    words = Words(page, str(site["time_zone"]))
    shown = rows(lines, asked=asked_about(known), ledgers={}, now=page.now)
    held = in_hand(known) if known else ()
    held_places = await places_of(page, words, [(j.ticket_id, j.site_id, j.place) for j in held])
    groups = by_place(shown)
    return page.render(
        "ops/map.html",
        zone=str(site["time_zone"]),
        site=site,
        site_id=site_id,
        sites=sites if isinstance(sites, Missing) else replace(sites, chosen=site_id),
        words=words,
        only=only if emergencies else "",
        tickets=answered,
        crew=crew,
        counts=queue.counts if queue else None,
        plan=site_plan(site, shown, known),
        groups=[(building_name(site, each.building), each) for each in groups],
        crew_rows=crew_rows(known, held_places) if known else [],
        places=await places_of(
            page, words, [(each.id, each.site_id, each.place) for each in lines]
        ),
        categories=await categories_of(page, [site_id]),
    )


async def _crew(page: Page, site_id: str) -> Crew:
    return CREW.validate_python(await page.apis.dispatch.get("/v1/crew", site=site_id))
