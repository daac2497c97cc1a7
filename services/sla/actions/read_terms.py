"""Policies and calendars as staff read them: in pages, and with what is odd about a policy."""

from collections.abc import Sequence

from services.sla.actions.seeing import demand_terms_seen
from services.sla.domain.calendars import WrittenCalendar
from services.sla.domain.matching import remarks_about
from services.sla.domain.policy import Policy
from services.sla.store import terms
from services.sla.store.known_sites import find_categories
from shared.auth.caller import Caller
from shared.db.transaction import Transaction
from shared.remarks import Remark


async def list_policies(
    tx: Transaction, *, by: Caller, site_id: str | None, after: str, limit: int
) -> list[Policy]:
    """Return policies that the caller sees, by id: those for every site and those of their sites;
    with `site_id` those alone that count there. Raises NotFound for a site that is not theirs.
    """
    sites = demand_terms_seen(site_id, by=by)
    return await terms.list_policies(tx, sites, site_id=site_id, after=after, limit=limit)


async def list_calendars(
    tx: Transaction, *, by: Caller, site_id: str | None, after: str, limit: int
) -> list[WrittenCalendar]:
    """Return calendars that were written, as `list_policies` does; a site without one has the
    usual one, which is read by the site's id.
    """
    sites = demand_terms_seen(site_id, by=by)
    return await terms.list_calendars(tx, sites, site_id=site_id, after=after, limit=limit)


async def find_remarks(
    tx: Transaction, policies: Sequence[Policy]
) -> dict[str, tuple[Remark, ...]]:
    """Return what is odd about each of the policies, by its id."""
    named = [policy.site_id for policy in policies if policy.site_id is not None]
    for_all = len(named) < len(policies)
    categories = await find_categories(tx, None if for_all else named)
    return {policy.id: remarks_about(policy, categories) for policy in policies}
