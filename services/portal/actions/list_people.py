"""Accounts of the visitor's sites."""

from collections.abc import Sequence

from services.portal.domain.account import Account
from services.portal.domain.granting import sites_kept
from services.portal.domain.visitor import Visitor
from services.portal.store.account_lists import Wanted
from services.portal.store.account_lists import list_accounts as _list
from shared.db.transaction import Transaction

PAGE_SIZE = 50
MAX_SEARCH = 100


async def list_people(
    tx: Transaction,
    *,
    by: Visitor,
    site: str | None = None,
    role: str | None = None,
    disabled: bool | None = None,
    text: str = "",
    after: tuple[str, str] | None = None,
) -> tuple[Sequence[Account], tuple[str, str] | None]:
    """Return the accounts of the visitor's sites, or of `site` alone, by name, and behind which the
    next page begins (None: there is none).
    """
    kept = sites_kept(by)
    sites = kept if site is None else frozenset({site}) & (kept or {site})
    wanted = Wanted(sites=sites, role=role, disabled=disabled, text=text[:MAX_SEARCH] or None)
    found = await _list(tx, wanted, after=after, limit=PAGE_SIZE + 1)
    shown = found[:PAGE_SIZE]
    more = len(found) > PAGE_SIZE
    return shown, (shown[-1].name, shown[-1].person_id) if more else None
