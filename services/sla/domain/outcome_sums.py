"""Outcomes of promises, added up by the month in which their tickets were opened; they stay when
the tickets are forgotten.
"""

from collections import defaultdict
from collections.abc import Iterable
from datetime import date
from typing import NamedTuple

from services.sla.domain.outcomes import PromiseOutcome


class Group(NamedTuple):
    """What is added up together. `month` is its first day; `cause` is empty but for what was
    broken.
    """

    site_id: str
    month: date
    category: str
    priority: str
    kind: str
    outcome: str
    cause: str
    imported: bool


class Sum(NamedTuple):
    """How many promises, how many of them have stopped, and the milliseconds that these ran, stood
    still and were late.
    """

    n: int = 0
    stopped: int = 0
    ran_ms: int = 0
    paused_ms: int = 0
    late_ms: int = 0

    def plus(self, other: "Sum") -> "Sum":
        return Sum(*map(sum, zip(self, other, strict=True)))

    def minus(self, other: "Sum") -> "Sum":
        return self.plus(Sum(*(-each for each in other)))


def sums_of(outcomes: Iterable[PromiseOutcome]) -> dict[Group, Sum]:
    sums: defaultdict[Group, Sum] = defaultdict(Sum)
    for each in outcomes:
        group = _group(each)
        sums[group] = sums[group].plus(_one(each))
    return dict(sums)


def changed_sums(
    before: Iterable[PromiseOutcome], after: Iterable[PromiseOutcome]
) -> dict[Group, Sum]:
    """Return what is to be added to the sums, without what stays as it was."""
    were, are = sums_of(before), sums_of(after)
    changes = {
        group: are.get(group, Sum()).minus(were.get(group, Sum())) for group in were.keys() | are
    }
    return {group: change for group, change in changes.items() if change != Sum()}


def _group(each: PromiseOutcome) -> Group:
    return Group(
        each.site_id,
        each.day.replace(day=1),
        each.category,
        each.priority,
        each.kind,
        each.outcome.value,
        each.cause.value if each.cause else "",
        each.imported,
    )


def _one(each: PromiseOutcome) -> Sum:
    if not each.has_stopped:
        return Sum(n=1)
    return Sum(n=1, stopped=1, ran_ms=each.ran_ms, paused_ms=each.paused_ms, late_ms=each.late_ms)
