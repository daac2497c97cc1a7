"""How jobs came to technicians, as dispatch tells it of each site, for several together."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, kw_only=True)
class HandedOut:
    jobs: int = 0
    asked: int = 0
    offers: int = 0
    accepted: int = 0
    at_first: int = 0
    assigned: int = 0
    declined: int = 0
    expired: int = 0
    returned: int = 0
    completed: int = 0
    follow_ups: int = 0
    unassignable: int = 0
    minutes_to_accept: float | None = None

    @property
    def at_first_percent(self) -> float | None:
        return round(100 * self.at_first / self.accepted, 1) if self.accepted else None

    @property
    def offers_a_job(self) -> float | None:
        return round(self.offers / self.asked, 1) if self.asked else None


_COUNTS = tuple(name for name in HandedOut.__dataclass_fields__ if name != "minutes_to_accept")


def sum_handed_out(items: Iterable[Mapping[str, Any]]) -> HandedOut:
    """Return the figures of all these sites together."""
    sites = list(items)
    accepted = [each for each in sites if each["minutes_to_accept"] is not None]
    n = sum(each["accepted"] for each in accepted)
    minutes = sum(each["minutes_to_accept"] * each["accepted"] for each in accepted)
    return HandedOut(
        **{name: sum(each[name] for each in sites) for name in _COUNTS},
        minutes_to_accept=round(minutes / n, 1) if n else None,
    )
