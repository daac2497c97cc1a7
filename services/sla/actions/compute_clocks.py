"""Clocks are computed from what is known, whenever something may have changed: a fact, a calendar,
or just the hour.
"""

from collections.abc import Collection, Sequence
from dataclasses import replace
from uuid import UUID

from services.sla.actions.save_clocks import save_clocks
from services.sla.domain.held import HeldWork
from services.sla.domain.life import Life, ticket_life, work_life
from services.sla.domain.timing import SETTLING, Decision, News, show_ticket, time_ticket
from services.sla.store.queries import (
    StoredTicket,
    find_announcements,
    lock_due,
    lock_timed_tickets,
    timed_ticket,
)
from services.sla.store.terms import load_terms
from shared.contracts import TicketV1, WorkOrderV1
from shared.db.transaction import Transaction
from shared.messaging.ended_tickets import ended_long_ago
from shared.messaging.snapshots import find_snapshots


async def follow_work(
    tx: Transaction, tickets: Sequence[TicketV1], orders: Sequence[WorkOrderV1]
) -> None:
    """Make the clocks what these tickets, and their work orders, say. Harmless to repeat, in any
    order, after any gap.

    A ticket not heard of yet has no clocks, whatever its work order says.
    """
    await tx.flush()  # what this transaction has made of them before is read below
    heard = {order.id: work_life(order) for order in orders}
    timed = await lock_timed_tickets(tx, {ticket.id for ticket in tickets} | heard.keys())
    unseen = [ticket.id for ticket in tickets if ticket.id not in timed and ticket.id not in heard]
    held = await find_snapshots(tx, HeldWork, unseen) if unseen else {}
    news = []
    for ticket in tickets:
        before = timed.pop(ticket.id, None)
        forgotten = before is None and ended_long_ago(ticket, now=tx.now)
        if forgotten and not ticket.is_history:
            continue  # it is in the sums already
        known = work_life(held.get(str(ticket.id))) if before is None else before.life.work
        life = Life(ticket_life(ticket), heard.get(ticket.id, known))
        news.append(News.of_ticket(ticket, life, before))
    for ticket_id, before in timed.items():
        if heard[ticket_id] != before.life.work:
            news.append(News.of_life(replace(before.life, work=heard[ticket_id]), before))
    await _decide_and_save(tx, news)


async def lock_due_tickets(
    tx: Transaction, excluding: Collection[UUID], limit: int
) -> Sequence[StoredTicket]:
    """Lock tickets with a clock that has fallen due, the earliest first, and return their rows."""
    return await lock_due(tx, tx.now - SETTLING, excluding=excluding, limit=limit)


async def compute_anew(tx: Transaction, rows: Sequence[StoredTicket]) -> None:
    """Compute clocks of which nothing was heard: the hour or the terms are not what they were.

    Raises ValidationError for a row that is not to be read.
    """
    timed = [timed_ticket(row) for row in rows]
    await save_clocks(tx, await _time(tx, [News.of_life(each.life, each) for each in timed]))


async def _decide_and_save(tx: Transaction, news: Sequence[News]) -> None:
    """Decide and save what news makes of the clocks. Most leaves them as they are; then nothing is
    computed.
    """
    moved: list[News] = []
    decisions: list[Decision] = []
    for each in news:
        if each.before is None or not each.life.runs_like(each.before.life):
            moved.append(each)
        elif (shown := show_ticket(each, each.before)) is not None:
            decisions.append(shown)
    await save_clocks(tx, [*decisions, *await _time(tx, moved)])


async def _time(tx: Transaction, news: Sequence[News]) -> list[Decision]:
    if not news:
        return []
    known = [each.ticket_id for each in news if each.before is not None]
    announced = await find_announcements(tx, known)
    opened = [each.life.ticket.opened_at for each in news]
    terms = await load_terms(
        tx,
        {each.life.ticket.site_id for each in news},
        since=min(opened),
        until=max(opened),
        first_too=any(each.life.ticket.is_history for each in news),
    )
    decided = (
        time_ticket(
            each,
            policies=terms.policies,
            calendars=terms.calendars,
            working_days_to_object=terms.working_days_to_object.get(each.life.ticket.site_id),
            announced=announced.get(each.ticket_id, ()),
            now=tx.now,
        )
        for each in news
    )
    return [decision for decision in decided if decision is not None]
