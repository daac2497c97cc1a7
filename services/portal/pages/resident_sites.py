"""Which site a resident's page is about."""

from collections.abc import Mapping
from typing import Any

from services.portal.pages.page import Page
from shared.auth.caller import Role
from shared.errors import NotFound


async def home_sites(page: Page) -> list[Mapping[str, str]]:
    """Return the sites at which the visitor is a resident, with their names where there are
    several. Raises Away.
    """
    ids = page.visitor.sites(Role.RESIDENT)
    if ids is not None and len(ids) < 2:
        return [{"id": id, "name": id} for id in ids]
    return [
        {"id": each["id"], "name": each["name"]}
        for each in await page.site_lines()
        if ids is None or each["id"] in ids
    ]


async def known_site(page: Page, asked: str | None) -> Mapping[str, Any]:
    """Return the site that was asked for, or the resident's only one. Raises NotFound, Refusal and
    Away.
    """
    if asked and page.visitor.has(Role.RESIDENT, site=asked):
        return await page.site(asked)
    sites = await home_sites(page)
    if asked or not sites:
        raise NotFound("There is no such site.")
    return await page.site(sites[0]["id"])
