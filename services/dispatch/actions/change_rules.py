"""How a site wants its jobs handed out, changed while it runs."""

from services.dispatch.actions.circumstances import load_circumstances
from services.dispatch.actions.recording import REVIEWS
from services.dispatch.actions.seeing import demand_managed
from services.dispatch.domain.rules import SiteRules
from services.dispatch.store.planning_queue import queue_afresh
from services.dispatch.store.technicians import review_site
from services.dispatch.store.turns import lock_sites, save_rules
from shared.auth.caller import Caller
from shared.contracts import SiteV1
from shared.db.transaction import Transaction
from shared.errors import Stale
from shared.ids import SiteId
from shared.messaging.snapshots import find_snapshot
from shared.remarks import Remark


async def read_rules(tx: Transaction, site_id: SiteId, *, by: Caller) -> tuple[SiteRules, int]:
    """Return the site's rules and their version, 0 for the defaults. Raises NotFound."""
    demand_managed(site_id, by=by)
    found = await load_circumstances(tx, site_id)
    return found.rules, found.rules_version


async def find_remarks(tx: Transaction, site_id: SiteId, rules: SiteRules) -> tuple[Remark, ...]:
    """Return which of the rules no ticket can meet."""
    site = await find_snapshot(tx, SiteV1, site_id)
    codes = None if site is None else [category.code for category in site.categories]
    return rules.remarks(site_id, codes)


async def change_rules(
    tx: Transaction, site_id: SiteId, rules: SiteRules, *, seen: int | None = None, by: Caller
) -> int:
    """Save the rules for what is handed out from now on, all that waits included; open offers keep
    their end. Where work demands other certificates, what technicians hold is looked at.

    Return the version, the same if nothing differs. Raises NotFound, and Stale where they are at
    another version than the one `seen`; None: whatever they are.
    """
    demand_managed(site_id, by=by)
    await lock_sites(tx, [site_id])
    before = await load_circumstances(tx, site_id)
    if seen is not None and seen != before.rules_version:
        raise Stale(
            f"The rules were changed since you read them; they are at version "
            f"{before.rules_version}.",
            version=before.rules_version,
        )
    if before.rules_version and before.rules == rules:
        return before.rules_version
    version = before.rules_version + 1
    save_rules(tx, site_id, rules, version=version)
    if _demands(before.rules) != _demands(rules):
        await review_site(tx, site_id)
        tx.schedule(REVIEWS, tx.now)
    await queue_afresh(tx, [site_id])
    return version


def _demands(rules: SiteRules) -> tuple[object, object]:
    return rules.certificates, rules.skill_certificates
