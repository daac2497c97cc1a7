"""Handing out work: at one site, the most urgent waiting jobs are held out to the best who can take them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from services.dispatch.actions.circumstances import Circumstances, circumstances_from
from services.dispatch.actions.keep_work_order import keep_work_order
from services.dispatch.domain.asking import Ask, Nobody, whom_to_ask
from services.dispatch.domain.need import RANK, Need
from services.dispatch.domain.offering import hold_out, nobody_can
from services.dispatch.domain.technician import Candidate
from services.dispatch.domain.work_order import Offer, WorkOrder
from services.dispatch.store import waiting
from services.dispatch.store.technicians import find_candidates
from services.dispatch.store.work_orders import find_work_orders
from shared.contracts.dispatch import JobState, OfferState
from shared.contracts.tickets import Priority
from shared.db.transaction import Transaction
from shared.ids import OfferId, TechnicianId, TicketId, new_id

_PAGE = 50
_ENOUGH = 50
"""Jobs looked at, for one transaction."""


@dataclass(frozen=True)
class _News:
    """What was decided about a job, and for which need of its ticket."""

    order_id: TicketId
    need: Need
    answer: Ask | Nobody


@dataclass
class _Round:
    """What was decided about jobs that were only read yet, and how many were looked at."""

    circumstances: Circumstances
    candidates: dict[TechnicianId, Candidate]
    news: dict[UUID, _News] = field(default_factory=dict)
    looked_at: int = 0

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


async def hand_out(tx: Transaction, sites: Sequence[Mapping[str, Any]]) -> None:
    """Sites as `waiting.take_site` takes them: one at a time, or two instances would ask the same technician about two jobs each."""
    for site in sites:
        if site["waits"]:
            await _hand_out(tx, circumstances_from(site))


async def _hand_out(tx: Transaction, circumstances: Circumstances) -> None:
    candidates = await find_candidates(tx, circumstances.site_id)
    round_ = _Round(circumstances, {each.technician.id: each for each in candidates})
    if not await _decide(tx, round_):
        waiting.wake_site(tx, circumstances.site_id)
    await _carry_out(tx, round_)


async def _decide(tx: Transaction, round_: _Round) -> bool:
    """Page after page, the most urgent first, without a lock. False when enough was decided for one transaction."""
    after = (-1, 0.0, UUID(int=0), UUID(int=0))
    while True:
        page = await waiting.waiting_page(
            tx,
            round_.circumstances.site_id,
            after=after,
            helped_to=round_.helped_to,
            skills=[skill for each in round_.able for skill in each.technician.skills],
            since=round_.circumstances.cooled_since,
            most=_PAGE,
        )
        for row in page:
            _decide_one(tx, row, round_)
        if len(page) < _PAGE:
            return True
        if round_.looked_at >= _ENOUGH:
            return False
        after = (page[-1]["rank"], page[-1]["due"], page[-1]["work_order_id"], page[-1]["id"])


def _decide_one(tx: Transaction, row: Mapping[str, Any], round_: _Round) -> None:
    # A job that is not due has been looked at: only a free hand can help it, and its reasons are known.
    if not row["is_due"] and row["rank"] > round_.helped_to:
        return
    case = round_.circumstances.case(row, now=tx.now)
    again_at = tx.now + case.rules.retry
    if case.rules.asks(case.need):
        answer = whom_to_ask(case, list(round_.candidates.values()) if row["is_due"] else round_.able)
        if isinstance(answer, Ask):
            round_.candidates |= answer.counted
        elif not row["is_due"]:
            return
        if isinstance(answer, Ask) or (answer.unassignable and not row["is_unassignable"]):
            round_.looked_at += 1
            round_.news[row["id"]] = _News(row["work_order_id"], case.need, answer)
            return
        again_at = answer.again_at
    if row["is_due"]:
        round_.looked_at += 1
        waiting.look_again(tx, case.site_id, row["id"], version=row["version"], observed=row["observed"], at=again_at)


async def _carry_out(tx: Transaction, round_: _Round) -> None:
    """Under the work orders' locks; what changed in between is looked at again."""
    circumstances = round_.circumstances
    orders = await find_work_orders(tx, [news.order_id for news in round_.news.values()], for_update=True)
    for job_id, news in round_.news.items():
        order, answer = orders[news.order_id], news.answer
        job = order.job(job_id)
        if job.state is not JobState.WAITING or order.need != news.need:
            waiting.wake_site(tx, order.site_id)
            continue
        if isinstance(answer, Ask):
            after = held_out(order, job_id, answer, circumstances, at=tx.now)
        else:
            after = nobody_can(order, answer.barred, at=tx.now)
            waiting.look_again(tx, order.site_id, job.id, version=after.version, observed=after.observed, at=answer.again_at)
        await keep_work_order(tx, order, after)
        orders[news.order_id] = after


def held_out(order: WorkOrder, job_id: UUID, ask: Ask, circumstances: Circumstances, *, at: datetime) -> WorkOrder:
    """The job offered to everybody who is to be asked."""
    lifetime = circumstances.rules.lifetime(order.need.priority)
    return hold_out(order, job_id, [new_offer(each.technician.id, circumstances, lifetime) for each in ask.best], at=at)


def new_offer(technician_id: TechnicianId, circumstances: Circumstances, lifetime: timedelta) -> Offer:
    """Open from now on, by the database's clock."""
    now = circumstances.database_now
    return Offer(id=OfferId(new_id()), technician_id=technician_id, state=OfferState.OPEN, offered_at=now, expires_at=now + lifetime)
