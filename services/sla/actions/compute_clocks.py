"""Clocks are computed from what is known, whenever something may have changed: a fact, a calendar,
or just the hour.
"""

from collections.abc import Collection, Sequence
from dataclasses import replace
from datetime import timedelta
from uuid import UUID

from services.sla.actions.keep_clocks import Keeping, News
from services.sla.domain.clocks import clocks_of
from services.sla.domain.life import Life, ticket_life, work_life
from services.sla.domain.policy import in_force
from services.sla.store.queries import Kept, find_announcements, lock_promises, take_due
from services.sla.store.terms import load_terms
from shared.contracts import TicketV1, WorkOrderV1
from shared.db.transaction import Transaction
from shared.messaging.ended_tickets import ended_long_ago
from shared.messaging.snapshots import find_snapshots

CLOCKS = "clocks"
"""The alarm that rings when a share of a promise is used up."""
SETTLING = timedelta(milliseconds=200)
"""What happened just before a promise fell due may still be on its way, so clocks are looked at as
they stood this long ago.
"""


async def follow_work(
    tx: Transaction, tickets: Sequence[TicketV1], orders: Sequence[WorkOrderV1]
) -> None:
    """Make the clocks what these tickets, and their work orders, say. Harmless to repeat, in any
    order, after any gap.

    A ticket not heard of yet has no clocks, whatever its work order says.
    """
    await tx.flush()  # what this transaction has made of them before is read below
    heard = {order.id: work_life(order) for order in orders}
    kept = await lock_promises(tx, {ticket.id for ticket in tickets} | heard.keys())
    unseen = [ticket.id for ticket in tickets if ticket.id not in kept and ticket.id not in heard]
    held = await find_snapshots(tx, WorkOrderV1, unseen) if unseen else {}
    news = []
    for ticket in tickets:
        before = kept.pop(ticket.id, None)
        if before is None and ended_long_ago(ticket, now=tx.now):
            continue  # it is in the sums already
        known = work_life(held.get(str(ticket.id))) if before is None else before.life.work
        news.append(
            News.of_ticket(ticket, Life(ticket_life(ticket), heard.get(ticket.id, known)), before)
        )
    for ticket_id, before in kept.items():
        if heard[ticket_id] != before.life.work:
            news.append(News.of_kept(before, replace(before.life, work=heard[ticket_id])))
    await _keep(tx, news)


async def take_due_clocks(tx: Transaction, but: Collection[UUID], most: int) -> Sequence[Kept]:
    """Tickets with a clock that has fallen due, the earliest first."""
    return await take_due(tx, tx.now - SETTLING, but=but, limit=most)


async def compute_anew(tx: Transaction, kept: Sequence[Kept]) -> None:
    """Nothing was heard, but the hour or the terms are not what they were."""
    await _keep(tx, [News.of_kept(before, before.life) for before in kept], anew=True)


async def _keep(tx: Transaction, news: Sequence[News], *, anew: bool = False) -> None:
    """Most news leaves the clocks as they are; then nothing is computed."""
    keeping = Keeping(tx)
    moved: list[News] = []
    for each in news:
        if anew or each.before is None or not each.life.runs_like(each.before.life):
            moved.append(each)
        else:
            keeping.ticket(each, each.before)
    if moved:
        await _compute(tx, moved, keeping)
    await keeping.finish()


async def _compute(tx: Transaction, news: Sequence[News], keeping: Keeping) -> None:
    announced = await find_announcements(
        tx, [each.ticket_id for each in news if each.before is not None]
    )
    opened = [each.life.ticket.opened_at for each in news]
    policies, calendars = await load_terms(
        tx, {each.life.ticket.site_id for each in news}, since=min(opened), until=max(opened)
    )
    for each in news:
        # Not before they were last looked at, or what was said then would be taken back: this
        # transaction may have waited, and the clocks of two machines differ.
        now = tx.now if each.before is None else max(tx.now, each.before.row["looked_at"])
        as_of = now - SETTLING
        in_force_then = in_force(policies, each.life.ticket.opened_at)
        promises = clocks_of(each.life, policies=in_force_then, calendars=calendars, now=as_of)
        next_at = keeping.clocks(
            each, promises, announced.get(each.ticket_id, []), as_of=as_of, now=now
        )
        if next_at is not None:
            tx.alarm(CLOCKS, next_at + SETTLING)
