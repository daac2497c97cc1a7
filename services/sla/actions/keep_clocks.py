"""What was computed about one ticket becomes rows, a fact if anything happened, and figures."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from services.sla import events
from services.sla.actions.read_board import topic_of
from services.sla.domain.announcing import to_announce
from services.sla.domain.changes import what_happened
from services.sla.domain.clocks import BREACH, Promises
from services.sla.domain.urgency import is_going_on, next_look, urgent_at
from services.sla.store.queries import delete_clocks, save_announcements, save_clock, save_promises
from services.sla.store.tallies import Ran, Tally, count_more, keep_tallies
from shared.contracts import ClocksV1, TicketV1
from shared.contracts.sla import Announcement, ClockState, ClockV1
from shared.contracts.tickets import TicketState
from shared.db.transaction import Transaction
from shared.telemetry import get_logger

log = get_logger(__name__)

_OPEN = frozenset({TicketState.OPEN, TicketState.ASSIGNED, TicketState.IN_PROGRESS, TicketState.ON_HOLD})
_REACHED = frozenset({ClockState.MET, ClockState.BREACHED})

Row = Mapping[str, Any]


class Figures:
    """What a transaction changes in the figures, written at its end."""

    def __init__(self) -> None:
        self.tallies: Counter[Tally] = Counter()
        self.events: Counter[Tally] = Counter()
        self.ran: list[Ran] = []
        self.done: list[tuple[UUID, str]] = []

    async def write(self, tx: Transaction) -> None:
        await delete_clocks(tx, self.done)
        await keep_tallies(tx, self.tallies)
        await count_more(tx, self.events, self.ran)


def keep_clocks(
    tx: Transaction,
    ticket: TicketV1,
    promises: Promises,
    was: Row | None,
    announced: Sequence[Announcement],
    *,
    as_of: datetime,
    figures: Figures,
) -> datetime | None:
    """`was` is the ticket's row so far, `announced` what has been said. Returns when to look again though nothing happens."""
    fresh = to_announce(promises.clocks, announced, tx.now)
    before = None if was is None else events.kept(was, announced)
    after = events.snapshot(ticket, promises, (*announced, *fresh), version=1 if before is None else before.version)
    happened = what_happened(before, after, fresh)
    if happened and before is not None:
        after = after.model_copy(update={"version": before.version + 1})
    next_at = next_look(promises.clocks, as_of)
    row = {**_of_ticket(ticket), **_of_clocks(after), "next_at": next_at, "updated_at": tx.now}
    if was is not None and {**row, "updated_at": was["updated_at"]} == was:
        return next_at
    save_promises(tx, row)
    for clock in _moved(was, row, before, after):
        place = {"ticket_id": ticket.id, "site_id": ticket.site_id, "priority": ticket.priority.value}
        save_clock(tx, {**place, "kind": clock.kind.value, "state": clock.state.value, "due_at": clock.due_at})
    _count(figures, was, row, before, after)
    tx.tell(topic_of(ticket.site_id))
    if happened:
        save_announcements(tx, ticket.id, fresh)
        figures.events.update(_events(row, fresh))
        tx.publish(events.changed(after, happened))
        log.info("clocks_changed", ticket_id=str(ticket.id), version=after.version, happened=",".join(happened))
    return next_at


def _of_ticket(ticket: TicketV1) -> dict[str, Any]:
    return {
        "ticket_id": ticket.id,
        "site_id": ticket.site_id,
        "reference": ticket.reference,
        "category": ticket.category,
        "priority": ticket.priority.value,
        "ticket_state": ticket.state.value,
        "is_open": ticket.state in _OPEN,
    }


def _of_clocks(clocks: ClocksV1) -> dict[str, Any]:
    return {
        "version": clocks.version,
        "going_on": any(is_going_on(clock) for clock in clocks.clocks),
        "policy_id": clocks.policy_id,
        "policy_version": clocks.policy_version,
        "clocks": [clock.model_dump(mode="json") for clock in clocks.clocks],
        "urgent_at": urgent_at(clocks.clocks),
    }


def _moved(was: Row | None, row: Row, before: ClocksV1 | None, after: ClocksV1) -> Iterator[ClockV1]:
    """Those going on whose row is not as it should be."""
    same_place = was is not None and was["priority"] == row["priority"]
    unmoved = before.clocks if before is not None and same_place else ()
    return (clock for clock in after.clocks if is_going_on(clock) and clock not in unmoved)


def _count(figures: Figures, was: Row | None, row: Row, before: ClocksV1 | None, after: ClocksV1) -> None:
    were = {} if before is None else {clock.kind: clock for clock in before.clocks}
    if was is not None:
        figures.tallies.subtract(_tallies(was, [*were.values()]))
    figures.tallies.update(_tallies(row, after.clocks))
    going_on = {clock.kind for clock in after.clocks if is_going_on(clock)}
    figures.done += [(row["ticket_id"], kind.value) for kind, clock in were.items() if is_going_on(clock) and kind not in going_on]
    if row["ticket_state"] == TicketState.CANCELLED:
        return
    for clock in after.clocks:
        stopped_before = clock.kind in were and not is_going_on(were[clock.kind])
        if clock.stopped_at is not None and clock.state in _REACHED and not stopped_before:
            ran_s = (clock.stopped_at - clock.started_at).total_seconds()
            figures.ran.append(Ran(row["site_id"], row["priority"], clock.kind.value, ran_s))


def _tallies(row: Row, clocks: Sequence[ClockV1]) -> Iterator[Tally]:
    if row["is_open"]:
        yield Tally(row["site_id"], row["priority"], "ticket", row["ticket_state"])
    for clock in clocks:
        if is_going_on(clock):
            yield Tally(row["site_id"], row["priority"], clock.kind.value, clock.state.value)


def _events(row: Row, fresh: Sequence[Announcement]) -> Iterator[Tally]:
    for announcement in fresh:
        if not announcement.skipped:
            name = "breaches" if announcement.threshold == BREACH else "warnings"
            yield Tally(row["site_id"], row["priority"], announcement.clock.value, name)
