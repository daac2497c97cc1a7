"""What was promised to the resident, as far as the order of work depends on it."""

from collections.abc import Iterable
from datetime import datetime

from shared.contracts import ClocksV1, TicketV1
from shared.contracts.dispatch import JobV1
from shared.contracts.sla import ClockState
from shared.standing import stand


def earliest_due(
    clocks: ClocksV1, ticket: TicketV1 | None, jobs: Iterable[JobV1]
) -> datetime | None:
    """Return when the next running promise falls due, None when none runs; what the ticket or a job
    has stopped runs no more.
    """
    standing = clocks.clocks if ticket is None else stand(clocks.clocks, ticket, jobs)
    return min(
        (
            clock.due_at
            for clock in standing
            if clock.state is ClockState.RUNNING and clock.due_at is not None
        ),
        default=None,
    )
