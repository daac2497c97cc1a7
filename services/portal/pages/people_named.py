"""What people are called on the desk's pages, whoever keeps their names."""

from collections.abc import Iterable

from services.portal.actions.open_for_caller import CALLER
from services.portal.domain.guest import is_guest
from services.portal.pages.page import Page
from services.portal.store.account_names import find_account_names


async def names_of_people(page: Page, ids: Iterable[str]) -> dict[str, str]:
    """Return the names of those who have an account, what others are who never had one, and the id
    of the rest, who have it from elsewhere; all by id.
    """
    asked = set(ids)
    async with page.transaction() as tx:
        names = await find_account_names(tx, asked)
    return {id: names.get(id) or _kind(page, id) for id in asked}


def _kind(page: Page, id: str) -> str:
    if is_guest(id):
        return page.t("desk-person-guest")
    return page.t("desk-person-caller") if id.startswith(CALLER) else id
