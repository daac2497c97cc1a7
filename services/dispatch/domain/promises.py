"""What was promised to the resident, as far as the order of work depends on it."""

from datetime import datetime

from shared.contracts.sla import ClockState, ClocksV1


def earliest_due(clocks: ClocksV1) -> datetime | None:
    """When the next running promise falls due; None when none runs."""
    return min((clock.due_at for clock in clocks.clocks if clock.state is ClockState.RUNNING and clock.due_at is not None), default=None)
