"""A clock as a strip: what was counted and paused, what is left, and by how much it is over."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from services.portal.domain.drawing.tone import Tone

_PROMISE = 96.0
"""Where the promise stands, in percent of the width, while it is kept."""
_RISK_SHARE = 0.25
"""A running clock is at risk when less of it is left."""
_MIN_WIDTH = 0.6
"""The width in percent below which a part would not be seen."""


class Outcome(StrEnum):
    RUNNING = "running"
    PAUSED = "paused"
    MET = "met"
    LATE = "late"
    """Over its promise and still running."""
    MET_LATE = "met_late"
    CANCELLED = "cancelled"
    UNKNOWN = "unknown"


@dataclass(frozen=True, kw_only=True)
class Span:
    """A stretch of time; `end` None: it goes on."""

    start: datetime
    end: datetime | None = None


@dataclass(frozen=True, kw_only=True)
class StripPart:
    """A stretch of the strip, in percent of its width."""

    kind: str
    """`count`, `pause` or `over`."""
    x: float
    width: float


@dataclass(frozen=True, kw_only=True)
class Strip:
    """What the strip shows. Places are percent of its width, times are minutes.

    `due` and `now` are None where there is no promise known, or the clock does not run any more.
    """

    outcome: Outcome
    tone: Tone
    parts: tuple[StripPart, ...]
    track: float
    due: float | None
    now: float | None
    counted_min: int
    paused_min: int
    left_min: int | None
    over_min: int


def draw_strip(
    *,
    started_at: datetime,
    due_at: datetime | None,
    now: datetime,
    stopped_at: datetime | None = None,
    cancelled: bool = False,
    counted: Sequence[Span] | None = None,
    paused: Sequence[Span] = (),
    left_s: float | None = None,
    tone: Tone | None = None,
) -> Strip:
    """Return a clock's strip at `now`.

    Without `counted`, all that was not paused has counted. A paused clock has no `due_at`; where
    `left_s` is known its promise is drawn as if it went on now. `tone` overrules the colour.
    """
    end = max(stopped_at or now, started_at)
    pauses = _cut(paused, started_at, end)
    counts = (
        _cut(counted, started_at, end) if counted is not None else _but(pauses, started_at, end)
    )
    running = stopped_at is None and not cancelled
    stands = running and any(span.end is None for span in paused)
    if due_at is None and left_s is not None and running:
        due_at = datetime.fromtimestamp(end.timestamp() + left_s, end.tzinfo)
    over_s = max(0.0, (end - due_at).total_seconds()) if due_at and not cancelled else 0.0
    outcome = _outcome(
        running=running, stands=stands, cancelled=cancelled, over_s=over_s, due_at=due_at
    )
    place = _Scale.of(started_at, due_at, end, is_over=over_s > 0)
    counted_s = sum(seconds for _, _, seconds in counts)
    left = (due_at - end).total_seconds() if due_at and running and over_s == 0 else None
    whole_s = (due_at - started_at).total_seconds() if due_at else 0.0
    return Strip(
        outcome=outcome,
        tone=tone or _tone(outcome, left, whole_s),
        parts=tuple(_parts(place, counts, pauses, due_at if over_s > 0 else None, end)),
        track=place.at(due_at) if due_at and over_s > 0 else 100.0 if due_at is None else _PROMISE,
        due=place.at(due_at) if due_at else None,
        now=place.at(end) if running else None,
        counted_min=round(counted_s / 60),
        paused_min=round(sum(seconds for _, _, seconds in pauses) / 60),
        left_min=None if left is None else int(left // 60),
        over_min=int(-(-over_s // 60)),
    )


@dataclass(frozen=True)
class _Scale:
    start: datetime
    whole_s: float
    width: float

    @classmethod
    def of(
        cls, start: datetime, due_at: datetime | None, end: datetime, *, is_over: bool
    ) -> "_Scale":
        """Return the scale: the promise at 96 %, the end of what is over it, or now without any."""
        if due_at is None:
            return cls(start, max(1.0, (end - start).total_seconds()), 60.0)
        last = end if is_over else max(due_at, start)
        return cls(start, max(1.0, (last - start).total_seconds()), _PROMISE)

    def at(self, moment: datetime) -> float:
        share = (moment - self.start).total_seconds() / self.whole_s
        return round(min(1.0, max(0.0, share)) * self.width, 2)


_Stretch = tuple[datetime, datetime, float]


def _cut(spans: Sequence[Span], start: datetime, end: datetime) -> list[_Stretch]:
    """Return the spans within the clock's time, in order, without what overlaps."""
    kept: list[_Stretch] = []
    for span in sorted(spans, key=lambda span: span.start):
        first = max(span.start, start, kept[-1][1] if kept else start)
        last = min(span.end or end, end)
        if last > first:
            kept.append((first, last, (last - first).total_seconds()))
    return kept


def _but(pauses: Sequence[_Stretch], start: datetime, end: datetime) -> list[_Stretch]:
    """Return what of the clock's time lies between the pauses."""
    between: list[_Stretch] = []
    last = start
    for first, until, _ in [*pauses, (end, end, 0.0)]:
        if first > last:
            between.append((last, first, (first - last).total_seconds()))
        last = max(last, until)
    return between


def _outcome(
    *, running: bool, stands: bool, cancelled: bool, over_s: float, due_at: datetime | None
) -> Outcome:
    if cancelled:
        return Outcome.CANCELLED
    if stands:
        return Outcome.PAUSED
    if running:
        return Outcome.LATE if over_s else Outcome.RUNNING
    if due_at is None:
        return Outcome.UNKNOWN
    return Outcome.MET_LATE if over_s else Outcome.MET


def _tone(outcome: Outcome, left_s: float | None, whole_s: float) -> Tone:
    if outcome is Outcome.RUNNING:
        return "risk" if left_s is not None and left_s < whole_s * _RISK_SHARE else "ok"
    tones: dict[Outcome, Tone] = {
        Outcome.PAUSED: "hold",
        Outcome.MET: "ok",
        Outcome.LATE: "late",
        Outcome.MET_LATE: "late",
    }
    return tones.get(outcome, "mute")


def _parts(
    place: _Scale,
    counts: Sequence[_Stretch],
    pauses: Sequence[_Stretch],
    over_from: datetime | None,
    end: datetime,
) -> list[StripPart]:
    """Return what is drawn, first what counted, then pauses, then what is over the promise."""
    drawn: list[StripPart] = []
    for kind, stretches in (("count", counts), ("pause", pauses)):
        for first, last, _ in stretches:
            until = min(last, over_from) if over_from else last
            if until > first:
                drawn.append(_part(kind, place.at(first), place.at(until)))
    if over_from is not None:
        drawn.append(_part("over", place.at(over_from), place.at(end)))
    return drawn


def _part(kind: str, x: float, until: float) -> StripPart:
    return StripPart(kind=kind, x=x, width=round(max(_MIN_WIDTH, until - x), 2))
