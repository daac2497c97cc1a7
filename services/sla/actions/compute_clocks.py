"""Clocks are computed from what is known, whenever something may have changed: a fact, a calendar, or just the hour."""

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from datetime import timedelta
from typing import Any
from uuid import UUID

from services.sla import events
from services.sla.domain.announcing import to_announce
from services.sla.domain.calendars import Calendars
from services.sla.domain.changes import what_happened
from services.sla.domain.clocks import Promises, clocks_of
from services.sla.domain.policy import InForce, in_force
from services.sla.domain.urgency import is_going_on, next_look, urgent_at
from services.sla.store.promises import (
    Tally,
    delete_clocks,
    find_announcements,
    keep_tally,
    lock_promises,
    save_announcements,
    save_clock,
    save_promises,
    take_due,
)
from services.sla.store.terms import hold_terms, load_calendars, load_policies
from shared.contracts import TicketV1, WorkOrderV1
from shared.contracts.sla import Announcement, ClockV1
from shared.contracts.tickets import TicketState
from shared.db.transaction import Transaction
from shared.messaging.snapshots import find_snapshots
from shared.telemetry import get_logger

log = get_logger(__name__)

CLOCKS = "clocks"
"""The alarm that rings when a share of a promise is used up."""
SETTLING = timedelta(milliseconds=200)
"""What happened just before a promise fell due may still be on its way, so clocks are looked at as they stood this long ago."""

_AT_ONCE = 200
_OPEN = frozenset({TicketState.OPEN, TicketState.ASSIGNED, TicketState.IN_PROGRESS, TicketState.ON_HOLD})


async def follow_tickets(tx: Transaction, ticket_ids: Collection[UUID]) -> None:
    """Make the clocks of these tickets what the snapshots say. Harmless to repeat, in any order, after any gap."""
    await hold_terms(tx)
    await tx.lock("ticket", ticket_ids)
    await compute_clocks(tx, ticket_ids)


async def announce_due_clocks(tx: Transaction) -> int:
    """Says what has fallen due by now; returns how many tickets were looked at."""
    await hold_terms(tx)
    ticket_ids = await take_due(tx, tx.now - SETTLING, limit=_AT_ONCE)
    await compute_clocks(tx, ticket_ids)
    return len(ticket_ids)


async def compute_clocks(tx: Transaction, ticket_ids: Collection[UUID]) -> None:
    """For a transaction that holds the terms. A ticket not heard of yet has no clocks, whatever its work order says."""
    if not ticket_ids:
        return
    before = await lock_promises(tx, ticket_ids)
    tickets = await find_snapshots(tx, TicketV1, ticket_ids)
    orders = await find_snapshots(tx, WorkOrderV1, ticket_ids)
    announced = await find_announcements(tx, before)
    policies, calendars = await _load_terms(tx, list(tickets.values()))
    tally: Counter[Tally] = Counter()
    done: list[tuple[UUID, str]] = []
    for ticket in tickets.values():
        was = before.get(ticket.id)
        promises = clocks_of(
            ticket,
            orders.get(str(ticket.id)),
            policies=in_force(policies, ticket.opened_at),
            calendars=calendars,
            now=tx.now - SETTLING,
        )
        row = _keep(tx, ticket, promises, was, announced.get(ticket.id, []))
        if row != was:
            done += _keep_clocks(tx, was, row)
            tally.subtract(_tallies(was))
            tally.update(_tallies(row))
            tx.tell(f"board:{ticket.site_id}")
    await delete_clocks(tx, done)
    await keep_tally(tx, tally)


async def _load_terms(tx: Transaction, tickets: Sequence[TicketV1]) -> tuple[list[InForce], Calendars]:
    if not tickets:
        return [], Calendars({}, {})
    sites = {ticket.site_id for ticket in tickets}
    opened = [ticket.opened_at for ticket in tickets]
    policies = await load_policies(tx, sites, since=min(opened), until=max(opened))
    named = {targets.calendar for each in policies for targets in each.policy.targets.values() if targets.calendar is not None}
    return policies, await load_calendars(tx, sites, named, since=min(opened))


def _keep(
    tx: Transaction, ticket: TicketV1, promises: Promises, was: Mapping[str, Any] | None, announced: Sequence[Announcement]
) -> Mapping[str, Any]:
    """Saves and says what is new about one ticket; returns its row, which is `was` when nothing is."""
    fresh = to_announce(promises.clocks, announced, tx.now)
    before = None if was is None else events.kept(was, announced)
    version = 1 if before is None else before.version
    after = events.snapshot(ticket, promises, (*announced, *fresh), version=version)
    happened = what_happened(before, after, fresh)
    if happened and before is not None:
        after = after.model_copy(update={"version": version + 1})
    next_at = next_look(promises.clocks, tx.now - SETTLING)
    row = {
        "ticket_id": ticket.id,
        "version": after.version,
        "site_id": ticket.site_id,
        "reference": ticket.reference,
        "category": ticket.category,
        "priority": ticket.priority.value,
        "ticket_state": ticket.state.value,
        "is_open": ticket.state in _OPEN,
        "going_on": any(is_going_on(clock) for clock in after.clocks),
        "policy_id": after.policy_id,
        "policy_version": after.policy_version,
        "clocks": [clock.model_dump(mode="json") for clock in after.clocks],
        "urgent_at": urgent_at(after.clocks),
        "next_at": next_at,
        "updated_at": tx.now,
    }
    if was is not None and {**row, "updated_at": was["updated_at"]} == was:
        return was
    save_promises(tx, row)
    if next_at is not None:
        tx.alarm(CLOCKS, next_at + SETTLING)
    if happened:
        save_announcements(tx, ticket.id, fresh)
        tx.publish(events.changed(after, happened))
        log.info("clocks_changed", ticket_id=str(ticket.id), version=after.version, happened=",".join(happened))
    return row


def _keep_clocks(tx: Transaction, was: Mapping[str, Any] | None, row: Mapping[str, Any]) -> list[tuple[UUID, str]]:
    """Saves the clocks that are going on; returns those that no longer are."""
    for clock in _clocks(row):
        if is_going_on(clock):
            place = {"ticket_id": row["ticket_id"], "site_id": row["site_id"], "priority": row["priority"]}
            save_clock(tx, {**place, "kind": clock.kind.value, "state": clock.state.value, "due_at": clock.due_at})
    gone = {clock.kind for clock in _clocks(was) if is_going_on(clock)} - {clock.kind for clock in _clocks(row) if is_going_on(clock)}
    return [(row["ticket_id"], kind.value) for kind in gone]


def _clocks(row: Mapping[str, Any] | None) -> list[ClockV1]:
    return [] if row is None else [ClockV1.model_validate(clock) for clock in row["clocks"]]


def _tallies(row: Mapping[str, Any] | None) -> list[Tally]:
    if row is None:
        return []
    ticket: list[Tally] = [(row["site_id"], row["priority"], "ticket", row["ticket_state"])] if row["is_open"] else []
    clocks = [clock for clock in _clocks(row) if is_going_on(clock)]
    return [*ticket, *((row["site_id"], row["priority"], clock.kind.value, clock.state.value) for clock in clocks)]
