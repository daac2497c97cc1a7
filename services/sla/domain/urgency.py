"""What is soon to be late."""

from collections.abc import Iterable
from datetime import datetime, timedelta

from services.sla.domain.clocks import Clock
from shared.contracts.sla import ClockState, ClockV1
from shared.contracts.tickets import TicketState

AT_RISK = timedelta(hours=1)
"""A running promise is at risk when it falls due within this time."""
OPEN = (TicketState.OPEN, TicketState.ASSIGNED, TicketState.IN_PROGRESS, TicketState.ON_HOLD)
"""The states of a ticket that is not resolved."""
GOING_ON = (ClockState.RUNNING, ClockState.PAUSED, ClockState.BREACHED)
"""The states of a clock that has not stopped."""


def next_look(clocks: Iterable[Clock], now: datetime) -> datetime | None:
    """Return the earliest instant at which something about these clocks changes though nothing
    happens: a share passed, a promise at risk.
    """
    moments = [clock.next_at for clock in clocks if clock.next_at is not None]
    due = (
        clock.due_at
        for clock in clocks
        if clock.state is ClockState.RUNNING and clock.due_at is not None
    )
    return min(
        (at for at in (*moments, *(due_at - AT_RISK for due_at in due)) if at > now), default=None
    )


def is_going_on(clock: ClockV1) -> bool:
    """Return whether it is not done with: it runs, it waits, or it is broken and still waited
    for.
    """
    return clock.stopped_at is None


def urgent_at(clocks: Iterable[ClockV1]) -> datetime | None:
    """Return the earliest due time of what is not done with."""
    return min(
        (clock.due_at for clock in clocks if is_going_on(clock) and clock.due_at is not None),
        default=None,
    )
