"""The clocks of a ticket in words beside their strips: by when, how it ended, who let it stand."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from services.portal.domain.desk.people import Cast
from services.portal.domain.desk.sentence import Sentence, sentence
from services.portal.domain.desk.strips import strip_of
from services.portal.domain.desk.views import Account, Span
from services.portal.domain.drawing.strip import Strip
from shared.contracts.sla import ClockState
from shared.contracts.tickets import TicketStep


@dataclass(frozen=True, kw_only=True)
class ClockRow:
    """One promise: its strip, and what is said of it."""

    kind: str
    strip: Strip
    said: tuple[Sentence, ...]


def clock_rows(
    accounts: Iterable[Account], steps: Sequence[TicketStep], cast: Cast, *, now: datetime
) -> list[ClockRow]:
    """Return the promises of which something is known, in the order in which they fall due."""
    found = []
    for account in accounts:
        strip = strip_of(account, now=now)
        if strip is not None:
            said = (*_outcome(account, now), *_pauses(account, steps, cast))
            found.append(ClockRow(kind=account.kind.value, strip=strip, said=said))
    return found


def _outcome(account: Account, now: datetime) -> list[Sentence]:
    due, stopped = account.due_at, account.stopped_at
    if account.state is ClockState.CANCELLED:
        return [sentence("desk-clock-cancelled")]
    if account.state is ClockState.PAUSED or due is None:
        return [sentence("desk-clock-paused")]
    if stopped is not None:
        key = "desk-clock-kept" if account.breached_at is None else "desk-clock-broken"
        return [sentence(key, at=stopped, due=due)]
    key = "desk-clock-late" if due <= now else "desk-clock-running"
    return [sentence(key, due=due)]


def _pauses(account: Account, steps: Sequence[TicketStep], cast: Cast) -> list[Sentence]:
    """Return for each reason how long the promise stood still, and who let it."""
    sums: dict[tuple[str, str], timedelta] = {}
    for span in account.spans:
        if span.spent == "paused":
            why = span.reason or "other", _who(span, steps, cast)
            sums[why] = sums.get(why, timedelta(0)) + (span.until - span.since)
    return [
        sentence("desk-clock-pause-by", reason=reason, who=who, span=length)
        if who
        else sentence("desk-clock-pause", reason=reason, span=length)
        for (reason, who), length in sums.items()
    ]


def _who(span: Span, steps: Sequence[TicketStep], cast: Cast) -> str:
    """Return who put the ticket on hold then; empty where it was no hold."""
    held = (step for step in reversed(steps) if step.at <= span.since and step.state == "on_hold")
    step = next(held, None)
    return cast.who(step.cause) if step is not None and step.reason == span.reason else ""
