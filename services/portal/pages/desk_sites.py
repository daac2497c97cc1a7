"""At which of their sites the desk looks, and what these call things."""

import asyncio
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from services.portal.adapters.moments import DEFAULT_ZONE
from services.portal.domain.site_words import category_names
from services.portal.pages.desk_words import Words
from services.portal.pages.page import Away, Page, Refusal
from shared.auth.caller import STAFF, Role
from shared.contracts.tickets import Place

_MAX_AT_ONCE = 20
"""Sites whose tickets are looked at together: a page hears of no more."""


@dataclass(frozen=True, kw_only=True)
class DeskSites:
    """The sites of the desk, (id, name) by name, and the one that is looked at; None: all of
    them.
    """

    options: Sequence[tuple[str, str]]
    chosen: str | None
    zones: Mapping[str, str]
    """The time zones of sites, by id."""
    together: bool
    """Whether all of them can be looked at together."""

    @property
    def ids(self) -> list[str]:
        """The sites that a page about them is about."""
        return [self.chosen] if self.chosen else [id for id, _ in self.options]

    @property
    def zone(self) -> str:
        """The zone of the site that is looked at, else of the first."""
        return next((self.zones[id] for id in self.ids if id in self.zones), DEFAULT_ZONE)

    @property
    def several(self) -> bool:
        return len(self.options) > 1

    def name_of(self, site_id: str | None) -> str:
        """Return what a site is called; its id where that is not known."""
        return next((name for id, name in self.options if id == site_id), site_id or "")

    def topics(self) -> list[str]:
        """Return what a page about them listens to."""
        return [f"queue:{id}" for id in self.ids[:_MAX_AT_ONCE]]


async def desk_sites(
    page: Page,
    *,
    one: bool = False,
    roles: Sequence[Role] = STAFF,
    at_once: int = _MAX_AT_ONCE,
) -> DeskSites:
    """Return the sites at which the visitor has one of the roles, and which of them the page's
    query names; else all of them, or the first where a page is about `one`, or they are more than
    can be looked at together. Raises Refusal for a site at which the visitor has none of the roles,
    and Away where a page is about one of every site and these are not known.
    """
    theirs = page.visitor.sites(*roles)
    listed = await _listed(page, theirs)
    if listed is None:
        if one or page.request.query_params.get("site"):
            raise Away("tickets")
        listed = []
    options = [(str(each["id"]), str(each["name"])) for each in listed]
    options = sorted(options, key=lambda option: (option[1], option[0]))
    return DeskSites(
        options=options,
        chosen=_chosen(page, [id for id, _ in options], one=one or len(options) > at_once),
        together=len(options) <= at_once,
        zones={each["id"]: each["time_zone"] for each in listed if "time_zone" in each},
    )


def _chosen(page: Page, ids: Sequence[str], *, one: bool) -> str | None:
    asked = page.request.query_params.get("site") or None
    if asked is not None:
        if asked not in ids:
            raise Refusal("tickets", 404, "not_found", page.t("error-404"), {})
        return asked
    if len(ids) == 1 or (one and ids):
        return ids[0]
    return None


async def _listed(page: Page, theirs: frozenset[str] | None) -> list[Mapping[str, Any]] | None:
    """Return the sites, where tickets does not tell of them with nothing but ids; None for every
    site then.
    """
    try:
        found = [*await page.site_lines()]
    except (Away, Refusal):
        found = None
    if theirs is None:
        return found
    known = {each["id"]: each for each in found or ()}
    if found is not None:  # one that was removed is in no list
        known |= await known_sites(page, sorted(theirs - known.keys())[:_MAX_AT_ONCE])
    return [known.get(id, {"id": id, "name": id}) for id in sorted(theirs)]


async def known_sites(page: Page, ids: Iterable[str]) -> dict[str, Mapping[str, Any]]:
    """Return these sites, as far as they are known now."""
    asked = list(dict.fromkeys(ids))

    async def look(site_id: str) -> Mapping[str, Any] | None:
        try:
            return await page.site(site_id)
        except (Away, Refusal):
            return None

    found = await asyncio.gather(*(look(id) for id in asked))
    return {id: site for id, site in zip(asked, found, strict=True) if site is not None}


async def places_of(
    page: Page, words: Words, found: Iterable[tuple[UUID, str, Place | None]]
) -> dict[UUID, str]:
    """Return the words for the places of tickets, given as (ticket, site, place)."""
    listed = list(found)
    sites = await known_sites(page, (site_id for _, site_id, _ in listed))
    return {
        ticket_id: words.place(sites.get(site_id, {}), place or Place())
        for ticket_id, site_id, place in listed
    }


async def categories_of(page: Page, site_ids: Iterable[str]) -> dict[tuple[str, str], str]:
    """Return what categories are called at these sites, by (site, code)."""
    sites = await known_sites(page, site_ids)
    return {
        (site_id, code): name
        for site_id, site in sites.items()
        for code, name in category_names(site, page.language).items()
    }


async def site_by_path(page: Page, site_id: str) -> Mapping[str, Any]:
    """Return the site that a page's path names. Raises Refusal for one whose staff the visitor is
    not, and Away.
    """
    if not page.visitor.has(*STAFF, site=site_id):
        raise Refusal("tickets", 404, "not_found", page.t("error-404"), {})
    return await page.site(site_id)
