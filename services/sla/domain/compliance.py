"""Which promises were kept: figures by site, category, priority, month and kind of clock, made of
counted outcomes.
"""

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from typing import NamedTuple
from uuid import UUID

from services.sla.domain.outcomes import Cause, Outcome
from shared.errors import Invalid

MAX_DAYS = 62
"""The longest time that need not be of whole months: it is added up day by day."""
MAX_MONTHS = 120
MAX_SITES = 100

_MINUTE_MS = 60_000


class GroupBy(StrEnum):
    SITE = "site"
    CATEGORY = "category"
    PRIORITY = "priority"
    MONTH = "month"


@dataclass(frozen=True, kw_only=True)
class Asked:
    """Which promises are meant: of tickets that were opened at these sites from `since` until
    before `until`, days in the zone of their site. What is None does not matter.
    """

    sites: Collection[str]
    since: date
    until: date
    category: str | None = None
    priority: str | None = None

    def __post_init__(self) -> None:
        if self.since >= self.until:
            raise Invalid("`to` has to lie behind `from`.", field="to")
        if not self.is_of_whole_months and (self.until - self.since).days > MAX_DAYS:
            raise Invalid(
                f"More than {MAX_DAYS} days have to be whole months: let `from` and `to` be the "
                "first of one.",
                field="from",
            )
        if (self.until - self.since).days > MAX_MONTHS * 31:
            raise Invalid(f"This is more than {MAX_MONTHS} months.", field="from")

    @property
    def is_of_whole_months(self) -> bool:
        return self.since.day == self.until.day == 1


@dataclass(frozen=True, kw_only=True)
class Cell:
    """So many promises of one outcome. What they are not told apart by is None."""

    site: str | None
    category: str | None
    priority: str | None
    month: date | None
    kind: str
    outcome: Outcome
    cause: Cause | None
    imported: bool
    n: int
    stopped: int
    ran_ms: int
    paused_ms: int
    late_ms: int


class _Key(NamedTuple):
    month: str
    site: str
    category: str
    priority: str
    kind: str


@dataclass(frozen=True, kw_only=True)
class Figures:
    """What became of the promises of one kind. A share without anything to share is None."""

    site: str | None
    category: str | None
    priority: str | None
    month: date | None
    kind: str
    kept: int
    broken: int
    running: int
    paused: int
    cancelled: int
    unknown: int
    kept_percent: float | None
    minutes: float | None
    late_minutes: float | None
    paused_percent: float | None
    causes: Mapping[Cause, int] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class Compliance:
    """Figures of what Fettle promised, and apart from them of what a former system had kept.

    `behind` tickets changed more than a minute ago and are not counted as they stand.
    """

    at: datetime
    asked: Asked
    behind: int
    items: Sequence[Figures]
    imported: Sequence[Figures]


@dataclass(frozen=True, kw_only=True)
class CountedPromise:
    """One promise as it was counted, with its ticket."""

    ticket_id: UUID
    reference: str
    site_id: str
    category: str
    priority: str
    ticket_state: str
    kind: str
    outcome: Outcome
    cause: Cause | None
    opened_on: date
    due_at: datetime | None
    stopped_at: datetime | None
    late_ms: int

    @property
    def late_minutes(self) -> float | None:
        return _minutes(self.late_ms) if self.late_ms else None


def figures_of(cells: Iterable[Cell]) -> list[Figures]:
    """Return the figures of these cells, in the order of months, sites, categories, priorities."""
    by_key: defaultdict[_Key, list[Cell]] = defaultdict(list)
    for cell in cells:
        by_key[_key(cell)].append(cell)
    return [_figures(by_key[key]) for key in sorted(by_key)]


def _key(cell: Cell) -> _Key:
    return _Key(
        "" if cell.month is None else cell.month.isoformat(),
        cell.site or "",
        cell.category or "",
        cell.priority or "",
        cell.kind,
    )


def _figures(cells: Sequence[Cell]) -> Figures:
    first = cells[0]
    n = Counter(dict.fromkeys(Outcome, 0))
    causes: Counter[Cause] = Counter()
    late_stopped = 0
    for cell in cells:
        n[cell.outcome] += cell.n
        if cell.outcome is Outcome.BROKEN:
            causes[cell.cause or Cause.UNKNOWN] += cell.n
            late_stopped += cell.stopped
    stopped, ran_ms = sum(each.stopped for each in cells), sum(each.ran_ms for each in cells)
    late_ms, paused_ms = sum(each.late_ms for each in cells), sum(each.paused_ms for each in cells)
    decided = n[Outcome.KEPT] + n[Outcome.BROKEN]
    return Figures(
        site=first.site,
        category=first.category,
        priority=first.priority,
        month=first.month,
        kind=first.kind,
        kept=n[Outcome.KEPT],
        broken=n[Outcome.BROKEN],
        running=n[Outcome.RUNNING],
        paused=n[Outcome.PAUSED],
        cancelled=n[Outcome.CANCELLED],
        unknown=n[Outcome.UNKNOWN],
        kept_percent=_percent(n[Outcome.KEPT], decided),
        minutes=_minutes(ran_ms / stopped) if stopped else None,
        late_minutes=_minutes(late_ms / late_stopped) if late_stopped and late_ms else None,
        paused_percent=_percent(paused_ms, ran_ms),
        causes={cause: causes[cause] for cause in Cause if causes[cause]},
    )


def _percent(part: int, whole: int) -> float | None:
    """Return the share with one decimal; 100 and 0 only where it is so."""
    if whole <= 0:
        return None
    shown = round(100 * part / whole, 1)
    if 0 < part < whole:
        shown = min(max(shown, 0.1), 99.9)
    return shown


def _minutes(milliseconds: float) -> float:
    return round(milliseconds / _MINUTE_MS, 1)
