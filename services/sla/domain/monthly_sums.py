"""What became of promises, summed up by the month in which their tickets were opened: what is left
of them when they are deleted.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import NamedTuple
from zoneinfo import ZoneInfo

from services.sla.domain.calendars import USUAL_ZONE
from shared.contracts.sla import ClockState, ClockV1


class Group(NamedTuple):
    """What is summed up together; `month` is its first day."""

    site_id: str
    month: date
    category: str
    priority: str
    kind: str


@dataclass(frozen=True, kw_only=True)
class Sum:
    """How many clocks were kept, broken, or no longer wanted, and how many seconds those of the
    first two ran.
    """

    met: int = 0
    breached: int = 0
    cancelled: int = 0
    seconds_to_stop: float = 0.0


@dataclass(frozen=True, kw_only=True)
class Promised:
    """The clocks of one ticket, and what they are summed up by."""

    site_id: str
    category: str
    priority: str
    was_cancelled: bool
    opened_at: datetime
    clocks: tuple[ClockV1, ...]


def sums_of(
    promised: Iterable[Promised], zones: Mapping[str, Sequence[tuple[datetime, str]]]
) -> dict[Group, Sum]:
    """Return the sums. `zones` are those of each site, with the times from which they held, in
    order.

    Clocks that go on count nowhere. Raises ZoneInfoNotFoundError.
    """
    sums: defaultdict[Group, Sum] = defaultdict(Sum)
    for each in promised:
        month = _month(each.opened_at, zones.get(each.site_id, ()))
        for clock in each.clocks:
            group = Group(each.site_id, month, each.category, each.priority, clock.kind.value)
            sums[group] = _added(sums[group], clock, was_cancelled=each.was_cancelled)
    return {group: total for group, total in sums.items() if total != Sum()}


def _added(total: Sum, clock: ClockV1, *, was_cancelled: bool) -> Sum:
    if clock.stopped_at is None:
        return total
    if was_cancelled or clock.state is ClockState.CANCELLED:
        return replace(total, cancelled=total.cancelled + 1)
    seconds_to_stop = total.seconds_to_stop + (clock.stopped_at - clock.started_at).total_seconds()
    if clock.state is ClockState.BREACHED:
        return replace(total, breached=total.breached + 1, seconds_to_stop=seconds_to_stop)
    return replace(total, met=total.met + 1, seconds_to_stop=seconds_to_stop)


def _month(at: datetime, zones: Sequence[tuple[datetime, str]]) -> date:
    zone = next((name for since, name in reversed(zones) if since <= at), USUAL_ZONE)
    return at.astimezone(ZoneInfo(zone)).date().replace(day=1)
