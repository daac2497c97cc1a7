"""Offering new work in the transaction that opens it, where all news of its site was acted on and
no turn is under way.

No technician who is free then can take anything that waits there, so nothing is overtaken. Of work
that only busy technicians could do it is known at once that it waits for them, and no turn is worth
while. The due worker does the rest.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from itertools import accumulate
from uuid import UUID

from pydantic import ValidationError

from services.dispatch.actions.circumstances import Circumstances, circumstances_from
from services.dispatch.actions.making_offers import held_out
from services.dispatch.actions.several_sites import SharedTechnicians
from services.dispatch.domain.asking import Ask, NoCandidate, whom_to_ask_in_turn
from services.dispatch.domain.case import Case
from services.dispatch.domain.need import need_of
from services.dispatch.domain.technician import Candidate
from services.dispatch.domain.work_order import WorkOrder
from services.dispatch.store.candidates import find_undisputed, with_emergencies
from services.dispatch.store.turns import TicketTurn, claim_undisputed
from shared.contracts import TicketV1
from shared.contracts.tickets import TicketState
from shared.db.transaction import Transaction
from shared.ids import JobId, SiteId, TicketId
from shared.telemetry import get_logger

log = get_logger(__name__)

_MAX_COMPARISONS = 5000
"""Comparisons of a job with a technician in one transaction: a fifth of a second in which nothing
else is served.
"""

Turns = Mapping[UUID, TicketTurn]
"""By ticket; of tickets whose site this transaction has locked."""


@dataclass(frozen=True, kw_only=True)
class _Newcomer:
    """A job that begins to wait in this transaction, with its place among the others."""

    order: WorkOrder
    job_id: JobId
    due: float
    circumstances: Circumstances
    case: Case


async def claim_turns(tx: Transaction, tickets: Sequence[TicketV1]) -> Turns:
    """Lock the sites of open tickets, those that are free and where all news was acted on.

    To be called before the work orders are locked.
    """
    wanted = [
        (ticket.id, ticket.site_id, need_of(ticket).spot)
        for ticket in tickets
        if ticket.state is TicketState.OPEN
    ]
    return {each.id: each for each in await claim_undisputed(tx, wanted)} if wanted else {}


@dataclass(frozen=True, kw_only=True)
class AtOnce:
    """What became of new work: `offered` are work orders as offered, the most urgent first;
    `again_at` says of others that no technician has a hand free, and when they are worth a look
    unless something changes. The rest is left to the due worker.
    """

    offered: Mapping[TicketId, WorkOrder] = field(default_factory=dict)
    again_at: Mapping[TicketId, datetime] = field(default_factory=dict)


async def offer_at_once(tx: Transaction, turns: Turns, orders: Sequence[WorkOrder]) -> AtOnce:
    """Return what becomes of these work orders, with one new waiting job each.

    What this release cannot read of a site is left to the due worker, too, which quarantines such a
    site: a ticket's fact must not become a dead letter for it.
    """
    try:
        newcomers = _newcomers(tx, turns, orders)
        candidates = await _candidates_for(tx, newcomers)
    except ValidationError as error:
        log.warning("not_offered_at_once", unreadable=error.title, errors=error.error_count())
        return AtOnce()
    newcomers = _first_of(newcomers, candidates)
    answers = whom_to_ask_in_turn([each.case for each in newcomers], candidates)
    asks = [
        (each, answer.best)
        for each, answer in zip(newcomers, answers, strict=True)
        if isinstance(answer, Ask)
    ]
    shared = await SharedTechnicians.lock(
        tx, [candidate for _, best in asks for candidate in best], waiting=False
    )
    offered = {}
    for each, best in asks:
        if shared.take([candidate.technician.id for candidate in best], each.case):
            offered[each.order.id] = held_out(
                each.order,
                each.job_id,
                best,
                each.case,
                offered_at=each.circumstances.database_now,
            )
    if len(offered) < len(asks):
        # whom another transaction has locked may be free when it ends
        return AtOnce(offered=offered)
    refused = zip(newcomers, answers, strict=True)
    again_at = {
        each.order.id: none.again_at
        for each, none in refused
        if isinstance(none, NoCandidate) and not none.unassignable
    }
    return AtOnce(offered=offered, again_at=again_at)


def _newcomers(tx: Transaction, turns: Turns, orders: Sequence[WorkOrder]) -> list[_Newcomer]:
    """Return the new jobs that the engine offers by itself, the most urgent first, of equals the
    oldest.

    Raises ValidationError.
    """
    sites: dict[SiteId, Circumstances] = {}
    found = []
    for order in orders:
        turn = turns.get(order.id)
        if turn is None:
            continue
        if order.site_id not in sites:
            sites[order.site_id] = circumstances_from(turn.read_site())
        circumstances = sites[order.site_id]
        [job] = order.open_jobs
        case = circumstances.bare_case(
            order.need, order.skills_for(job), now=tx.now, known_here=turn.known_here
        )
        if circumstances.rules.asks(order.need):
            found.append(
                _Newcomer(
                    order=order,
                    job_id=job.id,
                    due=turn.due,
                    circumstances=circumstances,
                    case=case,
                )
            )
    return sorted(found, key=lambda each: (each.case.need.rank, each.due, each.order.id))


async def _candidates_for(tx: Transaction, newcomers: Sequence[_Newcomer]) -> list[Candidate]:
    if not newcomers:
        return []
    sites = {each.case.site_id for each in newcomers}
    emergency = any(each.case.need.is_emergency for each in newcomers)
    found = await find_undisputed(tx, sites, counting_offers=not emergency)
    return await with_emergencies(tx, found) if emergency else found


def _first_of(newcomers: Sequence[_Newcomer], candidates: Sequence[Candidate]) -> list[_Newcomer]:
    """Return as many as may be compared with the technicians of their sites."""
    at_hand = Counter(site_id for each in candidates for site_id in each.technician.sites)
    compared = accumulate(at_hand[each.case.site_id] for each in newcomers)
    return [
        each for each, so_far in zip(newcomers, compared, strict=True) if so_far <= _MAX_COMPARISONS
    ]
