"""Tickets that ended, in `ended_tickets`: noted as their facts come, for `shared.retention`."""

from datetime import datetime, timedelta
from typing import Protocol
from uuid import UUID

from shared.contracts import TicketV1
from shared.contracts.imported import Imported
from shared.contracts.tickets import TicketState
from shared.db.transaction import Transaction
from shared.db.writes import Mode

OLDEST_NEWS = timedelta(days=90)
"""No fact comes so late: streams remember thirty days, and healing says nothing again that is older
than thirty-one. The rows of a ticket are kept at least as long, and nothing new is begun for one
that ended before. Versions are kept exactly as long: there is nothing older left that they would
have to refuse.
"""
WHOLE, SHRUNK, BARE = 0, 1, 2
"""How far a ticket is forgotten: not at all; its snapshots but for versions; these, too."""

_OVER = frozenset({TicketState.CLOSED, TicketState.CANCELLED})


class Stateful(Protocol):
    """A ticket, as its owner or its followers hold it."""

    @property
    def id(self) -> UUID | str: ...
    @property
    def state(self) -> TicketState: ...
    @property
    def cycle(self) -> int: ...
    @property
    def imported(self) -> Imported | None: ...


def note_state(tx: Transaction, ticket: Stateful, *, was_over: bool = False) -> None:
    """Store that the ticket has ended as of now, one that had ended in a former system as of its
    own date, or that it goes on after all; costs nothing while it goes on in its first cycle.

    `was_over` says that it is known to be among the ended, whatever its cycle.
    """
    over = ticket.state in _OVER
    if over or was_over or ticket.cycle > 1:
        row = {"ticket_id": ticket.id, "since": _ended_at(tx, ticket) if over else None}
        tx.write_own("ended_tickets", {**row, "step": WHOLE}, Mode.SAVE)


def note_unknown(tx: Transaction, ticket_id: UUID) -> None:
    """Store that something was heard about a ticket that is not held: it goes with the ticket's
    rows, unless the ticket is heard of.
    """
    tx.write_own(
        "ended_tickets",
        {"ticket_id": ticket_id, "since": tx.now, "step": SHRUNK},
        Mode.INSERT_MISSING,
    )


def _ended_at(tx: Transaction, ticket: Stateful) -> datetime:
    imported = ticket.imported
    if imported is None or not imported.is_history(cycle=ticket.cycle):
        return tx.now
    return imported.kept_from or tx.now


def ended_long_ago(ticket: TicketV1, *, now: datetime) -> bool:
    """Return whether it ended before the oldest news: what a service has not got of it was deleted,
    and is not made again.
    """
    return ticket.state in _OVER and ticket.steps[-1].at <= now - OLDEST_NEWS
