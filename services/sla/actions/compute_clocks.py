"""Clocks are computed from what is known, whenever something may have changed: a fact, a calendar, or just the hour."""

from collections.abc import Collection, Sequence
from datetime import timedelta
from uuid import UUID

from services.sla.actions.keep_clocks import Figures, keep_clocks
from services.sla.domain.calendars import Calendars
from services.sla.domain.clocks import clocks_of
from services.sla.domain.policy import InForce, in_force
from services.sla.store.queries import find_announcements, lock_promises, take_due
from services.sla.store.terms import hold_terms, load_calendars, load_policies
from shared.contracts import TicketV1, WorkOrderV1
from shared.db.transaction import Transaction
from shared.messaging.snapshots import find_snapshots

CLOCKS = "clocks"
"""The alarm that rings when a share of a promise is used up."""
SETTLING = timedelta(milliseconds=200)
"""What happened just before a promise fell due may still be on its way, so clocks are looked at as they stood this long ago."""


async def follow_tickets(tx: Transaction, ticket_ids: Collection[UUID]) -> None:
    """Make the clocks of these tickets what the snapshots say. Harmless to repeat, in any order, after any gap."""
    await hold_terms(tx)
    await compute_clocks(tx, ticket_ids)


async def take_due_tickets(tx: Transaction, but: Collection[UUID], most: int) -> Sequence[UUID]:
    """Tickets with a clock that has fallen due, with the terms held."""
    await hold_terms(tx)
    return await take_due(tx, tx.now - SETTLING, but=but, limit=most)


async def compute_clocks(tx: Transaction, ticket_ids: Collection[UUID]) -> None:
    """For a transaction that holds the terms. A ticket not heard of yet has no clocks, whatever its work order says."""
    if not ticket_ids:
        return
    before = await lock_promises(tx, ticket_ids)
    tickets = await find_snapshots(tx, TicketV1, ticket_ids)
    orders = await find_snapshots(tx, WorkOrderV1, ticket_ids)
    announced = await find_announcements(tx, before)
    policies, calendars = await _load_terms(tx, list(tickets.values()))
    figures = Figures()
    for ticket in tickets.values():
        promises = clocks_of(
            ticket,
            orders.get(str(ticket.id)),
            policies=in_force(policies, ticket.opened_at),
            calendars=calendars,
            now=tx.now - SETTLING,
        )
        known = before.get(ticket.id), announced.get(ticket.id, [])
        next_at = keep_clocks(tx, ticket, promises, *known, as_of=tx.now - SETTLING, figures=figures)
        if next_at is not None:
            tx.alarm(CLOCKS, next_at + SETTLING)
    await figures.write(tx)


async def _load_terms(tx: Transaction, tickets: Sequence[TicketV1]) -> tuple[list[InForce], Calendars]:
    if not tickets:
        return [], Calendars({}, {})
    sites = {ticket.site_id for ticket in tickets}
    opened = [ticket.opened_at for ticket in tickets]
    policies = await load_policies(tx, sites, since=min(opened), until=max(opened))
    named = {targets.calendar for each in policies for targets in each.policy.targets.values() if targets.calendar is not None}
    return policies, await load_calendars(tx, sites, named, since=min(opened))
