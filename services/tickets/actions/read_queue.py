"""The desk's queue at a glance: what falls due next, and how much there is of it."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from services.tickets.actions.count_queue import CountsBySite, count_anew, count_queue
from services.tickets.domain.access import demand_desk
from services.tickets.domain.queue_line import AT_RISK, QueueCounts, QueueLine, QueueView
from services.tickets.store.due_order import QueuePlace
from services.tickets.store.filters import Filters
from services.tickets.store.listing import of_these
from services.tickets.store.queue_lines import find_lines
from shared.auth.caller import Caller
from shared.db.transaction import Transaction
from shared.errors import NotFound

_JUST_AFTER = timedelta(microseconds=1)


@dataclass(frozen=True, kw_only=True)
class Glance:
    """The queue as it stood at `at`."""

    at: datetime
    counts: QueueCounts
    lines: Sequence[QueueLine]


async def read_queue(
    tx: Transaction,
    filters: Filters,
    view: QueueView | None,
    *,
    after: QueuePlace | None,
    remembered: CountsBySite,
    by: Caller,
) -> Glance:
    """Return living tickets of the sites whose staff the caller is, by what falls due next, of
    which `view` asks for some; and how many there are, whatever is asked for of them but the site.

    Raises Forbidden for those who are staff nowhere.
    """
    scope = demand_desk(by)
    soon = tx.now + AT_RISK
    return Glance(
        at=tx.now,
        counts=await count_queue(
            tx, of_these(scope.staff_sites, filters.site_id), remembered=remembered
        ),
        lines=await find_lines(
            tx, _narrowed(filters, view, now=tx.now, soon=soon), scope, after=after
        ),
    )


async def count_queue_of(tx: Transaction, site_id: str, *, by: Caller) -> QueueCounts:
    """Return how many tickets there are in the site's queue. Raises NotFound."""
    if not by.is_staff(site_id):
        raise NotFound("There is no such site.")
    return await count_anew(tx, frozenset({site_id}))


def _narrowed(
    filters: Filters, view: QueueView | None, *, now: datetime, soon: datetime
) -> Filters:
    """Return the filters for what the view shows; a ticket stands in it as it is counted."""
    just_after_now = now + _JUST_AFTER
    match view:
        case QueueView.BREACHED:
            return replace(filters, due_to=just_after_now)
        case QueueView.AT_RISK:
            return replace(filters, due_from=just_after_now, due_to=soon)
        case QueueView.UNASSIGNABLE:
            return replace(filters, unassignable=True)
        case QueueView.UNHEARD:
            return replace(filters, unheard=True)
        case None:
            return replace(filters, living=True)
