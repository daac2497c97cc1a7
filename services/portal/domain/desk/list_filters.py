"""What the list of tickets is asked for: an address, a query to tickets, words on the page."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from typing import Any
from urllib.parse import parse_qsl, urlencode
from zoneinfo import ZoneInfo

from shared.contracts.categories import Nature
from shared.contracts.tickets import Priority, TicketState

STATES = tuple(state.value for state in TicketState)
PRIORITIES = tuple(priority.value for priority in Priority)
NATURES = tuple(nature.value for nature in Nature)
ORDERS = ("newest", "due")
_WORDS = ("q", "category", "reporter", "reference", "site")
_CHOICES: Mapping[str, Sequence[str]] = {
    "priority": PRIORITIES,
    "nature": NATURES,
    "imported": ("true", "false"),
    "order": ORDERS,
}
_DAYS = ("opened_from", "opened_to", "updated_from", "updated_to")
_MAX_WORDS = 100
_A_DAY = timedelta(days=1)


@dataclass(frozen=True, kw_only=True)
class ListFilters:
    """`chosen` has each filter that is set, by the name that tickets gives it; days are ISO."""

    states: tuple[str, ...] = ()
    chosen: Mapping[str, str] = field(default_factory=dict)

    @classmethod
    def read(cls, pairs: Sequence[tuple[str, str]]) -> "ListFilters":
        """Return the filters that stand in an address. What is none, or cannot be, is left out."""
        states = tuple(dict.fromkeys(value for name, value in pairs if name == "state"))
        chosen: dict[str, str] = {}
        for name, value in pairs:
            text = value.strip()[:_MAX_WORDS]
            if text and _fits(name, text):
                chosen[name] = text
        known = tuple(state for state in states if state in STATES)
        return cls(states=known, chosen=chosen)

    @classmethod
    def read_query(cls, query: str) -> "ListFilters":
        """Return the filters that stand in the query of an address."""
        return cls.read(parse_qsl(query, max_num_fields=100) if query.count("&") < 100 else [])

    def get(self, name: str) -> str:
        """Return what is chosen; empty where nothing is."""
        return self.chosen.get(name, "")

    @property
    def any(self) -> bool:
        """Whether something is asked for, beside an order."""
        return bool(self.states) or any(name != "order" for name in self.chosen)

    def query(self) -> str:
        """Return the query of the address that shows this list."""
        return urlencode([*(("state", state) for state in self.states), *self.chosen.items()])

    def asked(self, zone: ZoneInfo) -> dict[str, Any]:
        """Return what tickets is asked, with days as the zone has them; the last day of a range is
        in it.
        """
        asked: dict[str, Any] = {
            name: value for name, value in self.chosen.items() if name not in _DAYS
        }
        if self.states:
            asked["state"] = list(self.states)
        for name in _DAYS:
            if value := self.chosen.get(name):
                asked[name] = _moment(value, zone, whole=name.endswith("_to"))
        return asked


def _fits(name: str, text: str) -> bool:
    if name in _CHOICES:
        return text in _CHOICES[name]
    if name in _DAYS:
        return _is_day(text)
    return name in _WORDS and text.isprintable()


def _is_day(text: str) -> bool:
    try:
        return 1990 <= date.fromisoformat(text).year < 2100
    except ValueError:
        return False


def _moment(day: str, zone: ZoneInfo, *, whole: bool) -> str:
    at = date.fromisoformat(day) + (_A_DAY if whole else timedelta(0))
    return datetime.combine(at, time(0), zone).isoformat()
