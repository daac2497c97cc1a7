"""Which of their sites a member of the staff looks at, and what it is called."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from zoneinfo import ZoneInfo

from services.portal.adapters.apis import Away, Refusal
from services.portal.adapters.moments import DEFAULT_ZONE, zone_of
from services.portal.pages.page import Page
from shared.auth.caller import Role

_MAX_SITES = 200
MAX_AT_ONCE = 100
"""Sites that figures are asked of together."""


@dataclass(frozen=True, kw_only=True)
class NamedSite:
    id: str
    name: str
    time_zone: str


@dataclass(frozen=True, kw_only=True)
class ChosenSite:
    """The sites of a visitor, by name, and the one they look at; None: at all."""

    sites: Sequence[NamedSite]
    site: NamedSite | None

    @property
    def id(self) -> str | None:
        return None if self.site is None else self.site.id

    @property
    def ids(self) -> list[str]:
        """The sites that the page is about."""
        return [each.id for each in (self.sites if self.site is None else [self.site])]

    @property
    def zone(self) -> str:
        """The zone in which days begin: of the site, else of the first."""
        if self.site is not None:
            return self.site.time_zone
        return self.sites[0].time_zone if self.sites else DEFAULT_ZONE

    @property
    def zone_info(self) -> ZoneInfo:
        return zone_of(self.zone)

    @property
    def options(self) -> list[tuple[str, str]]:
        """The sites to choose from."""
        return [(each.id, each.name) for each in self.sites]

    def name_of(self, site_id: str | None) -> str:
        """Return what a site is called, its id where that is not known."""
        return next((each.name for each in self.sites if each.id == site_id), site_id or "")


async def choose_site(page: Page, *roles: Role, one: bool = False) -> ChosenSite:
    """Return the site that the page's query names; the only one there is, else all of them, or the
    first where a page is about `one` or they are too many to be looked at together.

    Raises Refusal for a site at which the visitor has none of the roles.
    """
    sites = await _sites_of(page, roles)
    asked = page.request.query_params.get("site") or None
    if asked is not None:
        chosen = next((each for each in sites if each.id == asked), None)
        if chosen is None:
            raise Refusal("tickets", 404, "not_found", page.t("error-404"), {})
        return ChosenSite(sites=sites, site=chosen)
    if len(sites) == 1 or len(sites) > MAX_AT_ONCE or (one and sites):
        return ChosenSite(sites=sites, site=sites[0])
    return ChosenSite(sites=sites, site=None)


async def _sites_of(page: Page, roles: Sequence[Role]) -> list[NamedSite]:
    theirs = page.visitor.sites(*roles)
    try:
        found = (await page.apis.tickets.get("/v1/sites", limit=_MAX_SITES))["items"]
    except Away:
        return [NamedSite(id=id, name=id, time_zone=DEFAULT_ZONE) for id in sorted(theirs or ())]
    named = [_named(site) for site in found if theirs is None or site["id"] in theirs]
    missing = (theirs or frozenset()) - {each.id for each in named}
    # a site with which the visitor has a role, and that tickets does not know of yet
    named += [NamedSite(id=id, name=id, time_zone=DEFAULT_ZONE) for id in missing]
    return sorted(named, key=lambda each: (each.name, each.id))


def _named(site: Any) -> NamedSite:
    return NamedSite(id=site["id"], name=site["name"], time_zone=site["time_zone"])
