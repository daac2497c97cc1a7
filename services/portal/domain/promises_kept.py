"""Figures of promises as sla tells them, and what they say in one sentence."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any

CLOCKS = ("response", "arrival", "resolution")


@dataclass(frozen=True, kw_only=True)
class Kept:
    """The promises of one kind of clock. What they are not told apart by is None."""

    kind: str
    kept: int = 0
    broken: int = 0
    running: int = 0
    paused: int = 0
    cancelled: int = 0
    unknown: int = 0
    percent: float | None = None
    minutes: float | None = None
    late_minutes: float | None = None
    paused_percent: float | None = None
    causes: Mapping[str, int] = field(default_factory=dict)
    site: str | None = None
    category: str | None = None
    priority: str | None = None
    month: date | None = None

    @property
    def decided(self) -> int:
        return self.kept + self.broken

    @property
    def promised(self) -> int:
        """How many were made, whatever became of them."""
        return self.decided + self.running + self.paused + self.cancelled + self.unknown

    @property
    def broken_percent(self) -> float | None:
        return None if self.percent is None else round(100 - self.percent, 1)

    def is_below(self, goal: float) -> bool:
        """Return whether fewer of a hundred were kept than that."""
        return self.percent is not None and self.percent < goal


def read_kept(items: Iterable[Mapping[str, Any]]) -> list[Kept]:
    """Return the figures of an answer of `GET /v1/compliance`."""
    return [
        Kept(
            kind=item["kind"],
            kept=item["kept"],
            broken=item["broken"],
            running=item["running"],
            paused=item["paused"],
            cancelled=item["cancelled"],
            unknown=item["unknown"],
            percent=item["kept_percent"],
            minutes=item["minutes"],
            late_minutes=item["late_minutes"],
            paused_percent=item["paused_percent"],
            causes=item["causes"],
            site=item["site"],
            category=item["category"],
            priority=item["priority"],
            month=None if item["month"] is None else date.fromisoformat(item["month"]),
        )
        for item in items
    ]


def of_each_clock(found: Iterable[Kept]) -> dict[str, Kept]:
    """Return the figures of every kind of clock, of nothing where there are none, in order."""
    known = {each.kind: each for each in found}
    return {kind: known.get(kind, Kept(kind=kind)) for kind in (*CLOCKS, *sorted(known))}


def reported(found: Iterable[Kept]) -> int:
    """Return how many tickets there are promises about: as many as of the kind that most have."""
    return max((each.promised for each in found), default=0)


def merged(found: Iterable[Kept], by: str | None = None) -> list[Kept]:
    """Return the figures of each kind of clock, told apart by `site`, by `category` or by nothing
    else; minutes cannot be put together, and are left out.
    """
    alike: dict[tuple[str, str | None], list[Kept]] = {}
    for each in found:
        value = None if by is None else getattr(each, by)
        alike.setdefault((each.kind, value), []).append(each)
    return [_together(same, by) for same in alike.values()]


def _together(found: Sequence[Kept], by: str | None) -> Kept:
    first, causes = found[0], Counter[str]()
    for each in found:
        causes.update(each.causes)
    kept, broken = sum(each.kept for each in found), sum(each.broken for each in found)
    return Kept(
        kind=first.kind,
        site=first.site if by == "site" else None,
        category=first.category if by == "category" else None,
        kept=kept,
        broken=broken,
        running=sum(each.running for each in found),
        paused=sum(each.paused for each in found),
        cancelled=sum(each.cancelled for each in found),
        unknown=sum(each.unknown for each in found),
        percent=_percent(kept, kept + broken),
        causes=dict(causes),
    )


def _percent(kept: int, decided: int) -> float | None:
    """Return the share with one decimal; 100 and 0 only where it is so."""
    if not decided:
        return None
    shown = round(100 * kept / decided, 1)
    return min(max(shown, 0.1), 99.9) if 0 < kept < decided else shown


def worst(found: Iterable[Kept]) -> Kept | None:
    """Return the figures of which the fewest promises were kept; None where none is decided."""
    return next(iter(worst_first(found)), None)


def worst_first(found: Iterable[Kept]) -> list[Kept]:
    """Return what is decided, that of which the most were broken first."""
    decided = [each for each in found if each.percent is not None]
    return sorted(decided, key=lambda each: (each.percent or 0.0, -each.broken))


@dataclass(frozen=True, kw_only=True)
class Finding:
    """A message that says what figures show: its key, and what it is given. `kind` and `category`
    are codes that are put into words first.
    """

    key: str
    kind: str | None = None
    category: str | None = None
    percent: float | None = None
    before: float | None = None
    n: int = 0


def find_trend(
    now: Mapping[str, Kept],
    before: Mapping[str, Kept],
    categories: Sequence[Kept],
    *,
    goal: float,
) -> Finding:
    """Return the finding of a month beside the month before: the clock that is kept least, and the
    category that broke most of it where fewer of a hundred were kept than the goal.
    """
    lowest = worst(now.values())
    if lowest is None:
        return Finding(key="manager-finding-none")
    then = before.get(lowest.kind)
    found = Finding(
        key="manager-finding-kept",
        kind=lowest.kind,
        percent=lowest.percent,
        before=None if then is None else then.percent,
    )
    if not lowest.is_below(goal):
        return found
    most = max(
        (each for each in categories if each.kind == lowest.kind and each.broken),
        key=lambda each: each.broken,
        default=None,
    )
    if most is None or most.category is None:
        return replace(found, key="manager-finding-below")
    return replace(found, key="manager-finding-below-most", category=most.category, n=most.broken)


def count_causes(found: Iterable[Kept]) -> list[tuple[str, int, list[tuple[str, int]]]]:
    """Return why promises were broken: each cause, how often, and the categories with the most of
    it, the most frequent first.
    """
    total: dict[str, int] = {}
    of: dict[str, dict[str, int]] = {}
    for each in found:
        for cause, n in each.causes.items():
            total[cause] = total.get(cause, 0) + n
            if each.category is not None:
                among = of.setdefault(cause, {})
                among[each.category] = among.get(each.category, 0) + n
    return [
        (cause, n, sorted(of.get(cause, {}).items(), key=lambda item: (-item[1], item[0]))[:2])
        for cause, n in sorted(total.items(), key=lambda item: (-item[1], item[0]))
    ]
