"""`/ops/settings`: what a site is set to, each part with the way to change it."""

from typing import Any

from fastapi import Response

from services.portal.domain.settings import calendars, policies, rules, site_basics
from services.portal.domain.site_words import category_names
from services.portal.pages import code_words
from services.portal.pages.changing import PATH, may_manage
from services.portal.pages.desk_sites import desk_sites
from services.portal.pages.page import Desk, Missing, page_router, parts, path_of

router = page_router()


@router.get(PATH)
async def settings(page: Desk) -> Response:
    """Show what counts at a site."""
    sites = await desk_sites(page, one=True)
    if sites.chosen is None:
        return page.render("ops/settings/overview.html", sites=sites, site=None)
    site, of_rules, of_policies, of_calendars = await parts(
        page.apis.tickets.get(path_of("/v1/sites/{}", sites.chosen)),
        page.apis.dispatch.get(path_of("/v1/sites/{}/rules", sites.chosen)),
        page.apis.sla.get("/v1/policies", site=sites.chosen, limit=200),
        page.apis.sla.get("/v1/calendars", site=sites.chosen, limit=200),
    )
    names: dict[str, str] = {}
    if not isinstance(site, Missing):
        names = category_names(site, page.language)
    return page.render(
        "ops/settings/overview.html",
        sites=sites,
        zone=sites.zone,
        site=site,
        names=names,
        basics=_told(site, lambda: site_basics.told(site, page.t)),
        rules=of_rules,
        told_rules=_told(of_rules, lambda: rules.told(of_rules, names, page.t)),
        policies=of_policies if isinstance(of_policies, Missing) else of_policies["items"],
        matched=lambda policy: policies.matched(policy, names, page.t),
        calendars=of_calendars if isinstance(of_calendars, Missing) else of_calendars["items"],
        told_calendar=lambda calendar: calendars.told(calendar, page.t),
        odd=lambda read: code_words.remarks_in_words(page, read, names),
        may_manage=may_manage(page, sites.chosen),
    )


def _told(part: Any, tell: Any) -> Any:
    return [] if isinstance(part, Missing) else tell()
