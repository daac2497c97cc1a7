"""Handing out work: at one site, the most urgent waiting jobs are held out to the best who can take them."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from services.dispatch.actions.circumstances import Circumstances, take_circumstances
from services.dispatch.actions.keep_work_order import keep_work_order
from services.dispatch.domain.asking import Ask, Nobody, whom_to_ask
from services.dispatch.domain.need import RANK, Need
from services.dispatch.domain.offering import hold_out, nobody_can, try_again
from services.dispatch.domain.technician import Candidate
from services.dispatch.domain.work_order import Offer, WorkOrder
from services.dispatch.store import waiting
from services.dispatch.store.technicians import find_candidates
from services.dispatch.store.work_orders import find_work_orders
from shared.contracts.dispatch import JobState, OfferState
from shared.contracts.tickets import Priority
from shared.db.transaction import Transaction
from shared.ids import OfferId, SiteId, TechnicianId, new_id

_PAGE = 50
_MOST_AT_ONCE = 50


@dataclass
class _Round:
    """What was decided about jobs that were only read yet: who is asked about which, and which find nobody."""

    circumstances: Circumstances
    candidates: dict[TechnicianId, Candidate]
    asked: dict[UUID, tuple[UUID, Need, Ask | Nobody | None]] = field(default_factory=dict)

    @property
    def able(self) -> list[Candidate]:
        """Who has a hand free, not counting what is merely offered to them: an emergency does not."""
        return [each for each in self.candidates.values() if each.places(counting_offers=False) > 0]

    @property
    def helped_to(self) -> int:
        """The least urgent rank that a free hand can help now."""
        if any(each.places(counting_offers=True) > 0 for each in self.candidates.values()):
            return max(RANK.values())
        return RANK[Priority.EMERGENCY] if self.able else -1


async def next_site(tx: Transaction, but: Collection[SiteId], _: int) -> Sequence[SiteId]:
    """One site where something changed, or where a job is due for a look."""
    site_id = await waiting.next_site(tx, but)
    return [] if site_id is None else [site_id]


async def hand_out(tx: Transaction, site_ids: Sequence[SiteId]) -> None:
    for site_id in site_ids:
        await _hand_out(tx, site_id)


async def _hand_out(tx: Transaction, site_id: SiteId) -> None:
    # One at a time per site, or two instances would ask the same technician about two jobs each.
    circumstances = await take_circumstances(tx, site_id)
    candidates = await find_candidates(tx, site_id)
    round_ = _Round(circumstances=circumstances, candidates={each.technician.id: each for each in candidates})
    if not await _decide(tx, site_id, round_):
        waiting.wake_site(tx, site_id)
    await _carry_out(tx, site_id, round_)


async def _decide(tx: Transaction, site_id: SiteId, round_: _Round) -> bool:
    """Page after page, the most urgent first, without a lock. False when enough was decided for one transaction."""
    after = (-1, 0.0, UUID(int=0))
    while True:
        skills = [skill for each in round_.able for skill in each.technician.skills]
        page = await waiting.waiting_page(
            tx,
            site_id,
            after=after,
            helped_to=round_.helped_to,
            skills=skills,
            since=round_.circumstances.cooled_since,
            most=_PAGE,
        )
        for row in page:
            if len(round_.asked) >= _MOST_AT_ONCE:
                return False
            _decide_one(row, round_, tx.now)
        if len(page) < _PAGE:
            return True
        after = (page[-1]["rank"], page[-1]["due"], page[-1]["id"])


def _decide_one(row: Mapping[str, Any], round_: _Round, now: datetime) -> None:
    # A job that is not due has been looked at: only a free hand can help it, and its reasons are known.
    if not row["is_due"] and row["rank"] > round_.helped_to:
        return
    case = round_.circumstances.case(row, now=now)
    if not case.rules.asks(case.need):
        if row["is_due"]:
            round_.asked[row["id"]] = (row["work_order_id"], case.need, None)
        return
    answer = whom_to_ask(case, list(round_.candidates.values()) if row["is_due"] else round_.able)
    if isinstance(answer, Ask):
        for candidate in answer.best:
            round_.candidates[candidate.technician.id] = round_.candidates[candidate.technician.id].offered()
    elif not row["is_due"]:
        return
    round_.asked[row["id"]] = (row["work_order_id"], case.need, answer)


async def _carry_out(tx: Transaction, site_id: SiteId, round_: _Round) -> None:
    """Under the work orders' locks; what changed in between is looked at again."""
    orders = await find_work_orders(tx, [order_id for order_id, _, _ in round_.asked.values()], for_update=True)
    for job_id, (order_id, need, answer) in round_.asked.items():
        order = orders[order_id]
        if order.job(job_id).state is not JobState.WAITING or order.need != need:
            waiting.wake_site(tx, site_id)
            continue
        after = _answered(order, job_id, answer, round_.circumstances, tx)
        await keep_work_order(tx, order, after)
        orders[order_id] = after


def _answered(order: WorkOrder, job_id: UUID, answer: Ask | Nobody | None, circumstances: Circumstances, tx: Transaction) -> WorkOrder:
    if answer is None:
        return try_again(order, job_id, again_at=tx.now + circumstances.rules.retry)
    if isinstance(answer, Nobody):
        if not answer.unassignable:
            return try_again(order, job_id, again_at=answer.again_at)
        return nobody_can(order, job_id, answer.barred, at=tx.now, again_at=answer.again_at)
    lifetime = circumstances.rules.lifetime(order.need.priority)
    offers = [new_offer(each.technician.id, circumstances, lifetime) for each in answer.best]
    return hold_out(order, job_id, offers, at=tx.now)


def new_offer(technician_id: TechnicianId, circumstances: Circumstances, lifetime: timedelta) -> Offer:
    """Open from now on, by the database's clock."""
    now = circumstances.database_now
    return Offer(id=OfferId(new_id()), technician_id=technician_id, state=OfferState.OPEN, offered_at=now, expires_at=now + lifetime)
