"""Names of the sites that a visitor has to do with."""

from collections.abc import Mapping

from services.portal.pages.page import Away, Page, Refusal
from shared.auth.caller import EVERY_SITE


async def site_names(page: Page) -> Mapping[str, str]:
    """Return the names of the visitor's sites, by id; where tickets does not say, the ids of those
    at which they have a role.
    """
    try:
        listed = await page.site_lines()
    except (Away, Refusal):
        listed = []
    ids = {str(grant.site) for grant in page.visitor.grants} - {EVERY_SITE}
    return {**{id: id for id in sorted(ids)}, **{each["id"]: each["name"] for each in listed}}
