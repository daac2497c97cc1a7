"""How long a resolved ticket can be reopened."""

from collections.abc import Iterable
from datetime import datetime, timedelta

from shared.contracts.tickets import TicketState, TicketStep
from shared.errors import Conflict

_REOPEN_WITHIN = timedelta(days=14)


class TooLateToReopen(Conflict):
    code = "too_late_to_reopen"


def demand_time_to_reopen(steps: Iterable[TicketStep], *, cycle: int, at: datetime) -> None:
    """Raise TooLateToReopen later than 14 days after the cycle's first resolution."""
    resolved_at = min(
        step.at for step in steps if step.state is TicketState.RESOLVED and step.cycle == cycle
    )
    if at - resolved_at > _REOPEN_WITHIN:
        raise TooLateToReopen(
            "A ticket can be reopened within 14 days of being resolved.",
            resolved_at=resolved_at.isoformat(),
        )
