"""The pool 抢单 as one technician sees it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from services.dispatch.actions.circumstances import load_circumstances
from services.dispatch.domain.access import works_at
from services.dispatch.domain.eligibility import bars
from services.dispatch.domain.job import Job
from services.dispatch.domain.modes.pool import is_open
from services.dispatch.domain.ranking import ranked
from services.dispatch.domain.technician import Candidate
from services.dispatch.domain.work_order import WorkOrder
from services.dispatch.store.candidates import find_loads
from services.dispatch.store.pool import PooledJob, find_pooled
from services.dispatch.store.work_orders import find_work_orders
from shared.auth.caller import Caller
from shared.contracts import TicketV1
from shared.db.transaction import Transaction
from shared.ids import TechnicianId
from shared.messaging.snapshots import find_snapshots

_MAX_COMPARED = 100
"""Pooled jobs that are compared with the technician who asks: the most urgent ones."""
_LONGEST_COOLING_DOWN = timedelta(days=7)

Place = tuple[int, UUID]
"""Of a job among those that a technician may grab: what it costs them, in hundredths of a minute,
and its id.
"""


@dataclass(frozen=True, kw_only=True)
class _Able:
    """A job in the pool that the technician may grab; `metres` are None where the way is not
    known.
    """

    pooled: PooledJob
    metres: float | None
    place: Place


@dataclass(frozen=True, kw_only=True)
class Grabbable:
    """The same with its work order, and its ticket once that is known; it may be grabbed `until`
    then.
    """

    order: WorkOrder
    job: Job
    until: datetime
    ticket: TicketV1 | None
    metres: float | None
    place: Place

    @property
    def cost_min(self) -> float:
        cost, _ = self.place
        return cost / 100


async def list_pool(
    tx: Transaction, *, by: Caller, after: Place | None, limit: int
) -> list[Grabbable]:
    """Return the jobs in the pool that no rule bars the caller from, those first that cost them
    least: of the most urgent at the sites where they work.
    """
    able = [
        each
        for candidate in await find_loads(tx, [TechnicianId(by.id)])
        for each in await _able(tx, candidate, by)
    ]
    behind = [each for each in able if after is None or each.place > after]
    shown = sorted(behind, key=lambda each: each.place)[:limit]
    return await _with_orders(tx, shown)


async def _able(tx: Transaction, candidate: Candidate, by: Caller) -> list[_Able]:
    technician = candidate.technician
    sites = [site for site in technician.sites if works_at(by, site)]
    pooled = await find_pooled(
        tx,
        sites,
        technician,
        since=tx.now - _LONGEST_COOLING_DOWN,
        limit=_MAX_COMPARED,
    )
    circumstances = {
        site: await load_circumstances(tx, site) for site in {each.site_id for each in pooled}
    }
    found = []
    for each in pooled:
        case = circumstances[each.site_id].case(each, now=tx.now)
        if not is_open(each.pool, case.rules, case.need, now=tx.now):
            continue
        if not bars(candidate, case, counting_offers=False):
            cost = round(100 * ranked(candidate, case).cost_min)
            metres = candidate.metres_to(case.need.point, tx.now)
            found.append(_Able(pooled=each, metres=metres, place=(cost, each.id)))
    return found


async def _with_orders(tx: Transaction, shown: Sequence[_Able]) -> list[Grabbable]:
    ids = [each.pooled.work_order_id for each in shown]
    orders = await find_work_orders(tx, ids, for_update=False)
    tickets = await find_snapshots(tx, TicketV1, ids)
    return [
        Grabbable(
            order=orders[each.pooled.work_order_id],
            job=orders[each.pooled.work_order_id].job(each.pooled.id),
            until=each.pooled.pool.until,
            ticket=tickets.get(str(each.pooled.work_order_id)),
            metres=each.metres,
            place=each.place,
        )
        for each in shown
    ]
