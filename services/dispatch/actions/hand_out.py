"""Handing out work: at one site, what waits is held out to those who can take it, as
`domain.handing_out` plans it.

A turn looks at one page of jobs in one transaction. What it costs depends on what changed since the
last one: the jobs whose time has come are compared with every technician, all others with those
alone who have changed, and what these cannot take is not read.
"""

import asyncio
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from uuid import UUID

from services.dispatch.actions.circumstances import Circumstances, circumstances_from
from services.dispatch.actions.making_offers import held_out
from services.dispatch.actions.recording import record
from services.dispatch.actions.several_sites import SharedTechnicians
from services.dispatch.domain.decisions import (
    Decision,
    Hold,
    LeftToDesk,
    LookAgain,
    PutInPool,
    Unassignable,
    Waiting,
)
from services.dispatch.domain.handing_out import Plan, Planning, Turn
from services.dispatch.domain.need import RANK
from services.dispatch.domain.offering import leave_to_desk, mark_unassignable, put_in_pool
from services.dispatch.domain.technician import Candidate
from services.dispatch.domain.work_order import WorkOrder
from services.dispatch.store import planning_queue, turns, waiting_jobs
from services.dispatch.store.candidates import (
    find_candidates,
    find_candidates_among,
    with_emergencies,
)
from services.dispatch.store.turns import SiteTurn
from services.dispatch.store.waiting_jobs import WaitingJob
from services.dispatch.store.work_orders import find_work_orders
from shared.contracts.base import SkillNeed
from shared.contracts.dispatch import JobState
from shared.contracts.tickets import Priority
from shared.db.transaction import Transaction
from shared.ids import JobId, SiteId, TechnicianId

_MAX_JOBS_PER_TURN = 50
"""Jobs that one transaction looks at, whether they were due or not."""
_JOBS_FOR_EACH_PLACE = 4
"""Jobs read beside those that are due, for each free place: of what waits longest a technician with
room may be barred from some, but rarely from all.
"""


@dataclass(frozen=True, kw_only=True)
class _Scan:
    """One way through what waits at a site, page by page, with the technicians who
    had changed when it began.
    """

    technicians: frozenset[TechnicianId]
    rows: frozenset[UUID]
    """The looks that are over when it has come to the end."""
    after: waiting_jobs.Place = waiting_jobs.FIRST


async def hand_out(tx: Transaction, sites: Sequence[SiteTurn]) -> None:
    """Plan and carry out one turn at each of the sites, which `turns.claim_site` has locked."""
    for site in sites:
        if site.waits:
            await _hand_out(tx, circumstances_from(site.read_site()), everything=site.everything)


async def _hand_out(tx: Transaction, circumstances: Circumstances, *, everything: bool) -> None:
    site_id = circumstances.site_id
    if everything:
        await planning_queue.queue_everything(tx, [site_id])
    due = await planning_queue.due_looks(tx, site_id)
    scan = _resumed(tx, site_id, due.rows) or _Scan(
        technicians=frozenset(due.technicians), rows=frozenset(due.rows)
    )
    candidates = await (
        find_candidates(tx, site_id)
        if due.jobs
        else find_candidates_among(tx, site_id, scan.technicians)
    )
    changed = [each for each in candidates if each.technician.id in scan.technicians]
    page, more = await _page(tx, circumstances, scan.after, due.jobs, changed)
    if any(job.need.is_emergency for job in page):
        candidates = await with_emergencies(tx, candidates)
    planned = await _planned(
        tx, circumstances, Planning(Turn(changed=scan.technicians), candidates, tx.now), page
    )
    by_id = {each.technician.id: each for each in candidates}
    await _carry_out(tx, circumstances, planned, {job.id: job for job in page}, by_id)
    for technician_id, at in planned.free_at.items():
        planning_queue.look_at_technician_again(
            tx, site_id, technician_id, version=by_id[technician_id].technician.version, at=at
        )
    looked_at = {job.id for job in page if job.is_due}
    offered = {decision.job.id for decision in planned.decisions if isinstance(decision, Hold)}
    left = [job for job in page if job.id not in offered]
    await waiting_jobs.put_in_place(tx, [job.id for job in left if job.is_misplaced])
    await waiting_jobs.mark_anew(tx, [job for job in left if job.is_due and job.is_wrongly_marked])
    after = max((job.place for job in page), default=scan.after)
    # An emergency needs no room beside open offers, but it comes before all others.
    helps = more and (planned.room_left or after[0] == RANK[Priority.EMERGENCY])
    goes_on = more and (helps or len(looked_at) < len(due.jobs))
    pooled = {each.job.id for each in planned.decisions if isinstance(each, PutInPool)}
    await planning_queue.settle_looks(
        tx, jobs=looked_at | offered | pooled, seen=due.rows, over=() if goes_on else scan.rows
    )
    _remember(tx, site_id, replace(scan, after=after) if goes_on else None)


async def _page(
    tx: Transaction,
    circumstances: Circumstances,
    after: waiting_jobs.Place,
    due: Sequence[UUID],
    changed: Sequence[Candidate],
) -> tuple[Sequence[WaitingJob], bool]:
    """Return the jobs of this turn, and whether there may be more: about as many as can be
    decided.
    """
    if not due and not changed:
        return [], False
    # even of those who have no room one may be asked about an emergency
    room = max(1, sum(max(each.places(counting_offers=False), 0) for each in changed))
    limit = min(len(due) + _JOBS_FOR_EACH_PLACE * room, _MAX_JOBS_PER_TURN)
    page = await waiting_jobs.waiting_page(
        tx,
        circumstances.site_id,
        after=after,
        due=due,
        skills=_skills_of(each for each in changed if each.places(counting_offers=True) > 0),
        skills_in_emergencies=_skills_of(changed),
        since=circumstances.cooled_since,
        limit=limit,
    )
    return page, len(page) == limit


def _skills_of(candidates: Iterable[Candidate]) -> list[SkillNeed]:
    return [skill for each in candidates for skill in each.technician.skills]


def _waiting(job: WaitingJob, circumstances: Circumstances, tx: Transaction) -> Waiting:
    return Waiting(
        id=job.id,
        order_id=job.work_order_id,
        case=circumstances.case(job, now=tx.now),
        is_due=job.is_due,
        is_unassignable=job.is_unassignable,
        is_left_to_desk=job.is_left_to_desk,
        pool=job.pool,
    )


async def _planned(
    tx: Transaction,
    circumstances: Circumstances,
    planning: Planning,
    page: Sequence[WaitingJob],
) -> Plan:
    for job in page:
        planning.decide(_waiting(job, circumstances, tx))
        # planned in one go, a page would keep requests, and what is heard of other sites, waiting
        await asyncio.sleep(0)
    return planning.plan


async def _carry_out(
    tx: Transaction,
    circumstances: Circumstances,
    planned: Plan,
    found: Mapping[UUID, WaitingJob],
    candidates: Mapping[TechnicianId, Candidate],
) -> None:
    """Write what was planned, under the work orders' locks.

    A job that has changed in between has left its own news; the technician who was meant to get it
    is looked at again.
    """
    changes = [each for each in planned.decisions if not isinstance(each, LookAgain)]
    orders = await find_work_orders(tx, [each.job.order_id for each in changes], for_update=True)
    asked = {id for each in planned.decisions if isinstance(each, Hold) for id in each.technicians}
    shared = await SharedTechnicians.lock(tx, [candidates[id] for id in asked], waiting=True)
    for decision in planned.decisions:
        job = decision.job
        if isinstance(decision, LookAgain):
            seen = found[job.id]
            planning_queue.look_again(
                tx,
                circumstances.site_id,
                job.id,
                version=seen.version,
                observed=seen.observed,
                at=decision.at,
            )
            continue
        order = orders[job.order_id]
        if order.job(job.id).state is not JobState.WAITING or order.need != job.case.need:
            _give_back(tx, circumstances.site_id, decision)
            continue
        if isinstance(decision, Hold):
            if not shared.take(decision.technicians, job.case):
                planning_queue.queue_job(tx, order.site_id, JobId(job.id))
                continue
            after = held_out(
                order,
                job.id,
                [candidates[id] for id in decision.technicians],
                job.case,
                offered_at=circumstances.database_now,
            )
        else:
            after = _said(order, decision, tx)
            planning_queue.look_again(
                tx,
                order.site_id,
                job.id,
                version=after.version,
                observed=after.observed,
                at=decision.again_at,
            )
        await record(tx, order, after)
        orders[order.id] = after
        await asyncio.sleep(0)  # as above


def _said(
    order: WorkOrder, decision: PutInPool | LeftToDesk | Unassignable, tx: Transaction
) -> WorkOrder:
    match decision:
        case PutInPool():
            return put_in_pool(order, decision.job.id, decision.pool)
        case LeftToDesk():
            return leave_to_desk(order, at=tx.now)
        case Unassignable():
            return mark_unassignable(order, decision.barred, at=tx.now)


def _give_back(tx: Transaction, site_id: SiteId, decision: Decision) -> None:
    if isinstance(decision, Hold):
        for technician_id in decision.technicians:
            planning_queue.queue_technician(tx, technician_id, [site_id])


def _resumed(tx: Transaction, site_id: SiteId, rows: Iterable[UUID]) -> _Scan | None:
    """Return the scan that a turn of this instance left unfinished, unless another has come to its
    end meanwhile.
    """
    scan: _Scan | None = tx.memory.get((_Scan, site_id))
    return scan if scan is not None and scan.rows.intersection(rows) else None


def _remember(tx: Transaction, site_id: SiteId, scan: _Scan | None) -> None:
    turns.was_served(tx, site_id, looks_left=scan is not None)

    def remember() -> None:
        if scan is None:
            tx.memory.pop((_Scan, site_id), None)
        else:
            tx.memory[_Scan, site_id] = scan

    tx.after_commit(remember)
