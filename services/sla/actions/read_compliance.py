"""Which promises were kept, as figures and one by one."""

from collections.abc import Collection
from datetime import date, timedelta
from typing import NamedTuple

from services.sla.domain.access import sites_seen
from services.sla.domain.compliance import (
    MAX_SITES,
    Asked,
    Compliance,
    CountedPromise,
    GroupBy,
    figures_of,
)
from services.sla.domain.outcomes import Cause, Outcome
from services.sla.store.compliance import (
    PromisePlace,
    count_behind,
    find_known_sites,
    find_promises,
    sum_outcomes,
)
from shared.auth.caller import Caller
from shared.db.transaction import Transaction
from shared.errors import Invalid, NotFound

_BEHIND_AFTER = timedelta(minutes=1)
_MAX_BEHIND = 1000


class Period(NamedTuple):
    """From `since` until before `until`, and of which categories and priorities; None is any."""

    since: date
    until: date
    category: str | None = None
    priority: str | None = None

    def of(self, sites: Collection[str]) -> Asked:
        return Asked(
            sites=sites,
            since=self.since,
            until=self.until,
            category=self.category,
            priority=self.priority,
        )


async def read_compliance(
    tx: Transaction,
    period: Period,
    *,
    sites: Collection[str],
    group_by: Collection[GroupBy],
    by: Caller,
) -> Compliance:
    """Return the figures of these sites, of all that the caller sees where none is named. Raises
    NotFound, and Invalid where it cannot be asked so.
    """
    asked = period.of(await _sites_of(tx, sites, by=by))
    cells = await sum_outcomes(tx, asked, group_by)
    return Compliance(
        at=tx.now,
        asked=asked,
        behind=await count_behind(tx, tx.now - _BEHIND_AFTER, limit=_MAX_BEHIND),
        items=figures_of(cell for cell in cells if not cell.imported),
        imported=figures_of(cell for cell in cells if cell.imported),
    )


async def list_promises(
    tx: Transaction,
    period: Period,
    *,
    sites: Collection[str],
    outcome: Outcome,
    kind: str | None,
    cause: Cause | None,
    imported: bool,
    after: PromisePlace | None,
    limit: int,
    by: Caller,
) -> list[CountedPromise]:
    """Return the promises that a figure counts, of the newest tickets first. Raises NotFound and
    Invalid.
    """
    return await find_promises(
        tx,
        period.of(await _sites_of(tx, sites, by=by)),
        outcome=outcome,
        kind=kind,
        cause=cause,
        imported=imported,
        after=after,
        limit=limit,
    )


async def _sites_of(tx: Transaction, sites: Collection[str], *, by: Caller) -> Collection[str]:
    seen = sites_seen(by)
    if sites:
        if seen is not None and not seen.issuperset(sites):
            raise NotFound("There is no such site.")
        return sites
    found = seen if seen is not None else await find_known_sites(tx, limit=MAX_SITES + 1)
    if len(found) > MAX_SITES:
        raise Invalid(f"Name the sites, {MAX_SITES} at most.", field="site")
    return found
