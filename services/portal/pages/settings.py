"""`/ops/settings`: what a site is set to, each part with the way to change it."""

from typing import Any

from fastapi import Response

from services.portal.domain.settings import calendars, policies, rules, site_basics
from services.portal.pages import words
from services.portal.pages.changing import PATH, may_manage
from services.portal.pages.chosen_site import choose_site
from services.portal.pages.page import Desk, Missing, page_router, parts, path_of
from shared.auth.caller import STAFF

router = page_router()


@router.get(PATH)
async def settings(page: Desk) -> Response:
    """Show what counts at a site."""
    chosen = await choose_site(page, *STAFF, one=True)
    if chosen.id is None:
        return page.render("ops/settings/overview.html", chosen=chosen, site=None)
    site, of_rules, of_policies, of_calendars = await parts(
        page.apis.tickets.get(path_of("/v1/sites/{}", chosen.id)),
        page.apis.dispatch.get(path_of("/v1/sites/{}/rules", chosen.id)),
        page.apis.sla.get("/v1/policies", site=chosen.id, limit=200),
        page.apis.sla.get("/v1/calendars", site=chosen.id, limit=200),
    )
    names: dict[str, str] = {}
    if not isinstance(site, Missing):
        names = {
            each["code"]: words.name_in(each["names"], page.language) or each["code"]
            for each in site["categories"]
        }
    return page.render(
        "ops/settings/overview.html",
        chosen=chosen,
        zone=chosen.zone,
        site=site,
        names=names,
        basics=_told(site, lambda: site_basics.told(site, page.t)),
        rules=of_rules,
        told_rules=_told(of_rules, lambda: rules.told(of_rules, names, page.t)),
        policies=of_policies if isinstance(of_policies, Missing) else of_policies["items"],
        matched=lambda policy: policies.matched(policy, names, page.t),
        calendars=of_calendars if isinstance(of_calendars, Missing) else of_calendars["items"],
        told_calendar=lambda calendar: calendars.told(calendar, page.t),
        may_manage=may_manage(page, chosen.id),
    )


def _told(part: Any, tell: Any) -> Any:
    return [] if isinstance(part, Missing) else tell()
