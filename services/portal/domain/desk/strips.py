"""The clocks of a ticket as strips of counted and paused time."""

from datetime import datetime

from services.portal.domain.desk.views import Account
from services.portal.domain.drawing.strip import Span, Strip, draw_strip
from services.portal.domain.drawing.tone import Tone
from shared.contracts.sla import ClockState


def strip_of(account: Account, *, now: datetime, tone: Tone | None = None) -> Strip | None:
    """Return the promise as a strip; None for one of which nothing is known."""
    if account.state is ClockState.UNKNOWN:
        return None
    end = account.stopped_at or max(now, account.started_at)
    left = _left_s(account)
    return draw_strip(
        started_at=account.started_at,
        due_at=account.due_at,
        now=end,
        stopped_at=account.stopped_at,
        cancelled=account.state is ClockState.CANCELLED,
        counted=[
            Span(start=span.since, end=span.until)
            for span in account.spans
            if span.spent == "counted"
        ],
        paused=[
            Span(start=span.since, end=_end(account, span.until))
            for span in account.spans
            if span.spent == "paused"
        ],
        left_s=left,
        tone=tone,
    )


def _end(account: Account, until: datetime) -> datetime | None:
    """Return when a pause ended; None for the one that lasts."""
    lasts = account.state is ClockState.PAUSED and until == account.spans[-1].until
    return None if lasts else until


def _left_s(account: Account) -> float | None:
    if account.target_s is None or account.counted_s is None:
        return None
    return max(0.0, float(account.target_s - account.counted_s))
