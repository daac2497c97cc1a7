"""What the spectators see: the players tell it what they did, and the board of sla what is late."""

from collections import Counter, deque
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

NEWS_KEPT = 14
ENDED_WELL = frozenset({"resolved", "closed"})
ENDED = ENDED_WELL | {"cancelled"}


class Doing(StrEnum):
    FREE = "free"
    TRAVELLING = "travelling"
    WORKING = "working"
    PAUSED = "paused"


@dataclass(kw_only=True)
class Hand:
    """A technician as seen from the stalls. `waiting` counts jobs accepted and not begun."""

    name: str
    trade: str
    doing: Doing = Doing.FREE
    about: str = ""
    waiting: int = 0
    done: int = 0


@dataclass(frozen=True, kw_only=True)
class News:
    """A line of the ticker; `played` is the hour in the players' world."""

    played: datetime
    who: str
    what: str
    style: str = ""


@dataclass(kw_only=True)
class Stage:
    """Counts of one play: `states` of tickets by reference as the players know them, `clocks` by (kind, state) as sla has them."""

    title: str
    rows: int
    speed: float
    opens_at: datetime
    refused: int = 0
    states: dict[str, str] = field(default_factory=dict)
    offers: Counter[str] = field(default_factory=Counter)
    clocks: Mapping[tuple[str, str], int] = field(default_factory=dict)
    at_risk: int = 0
    breached: int = 0
    crew: dict[str, Hand] = field(default_factory=dict)
    news: deque[News] = field(default_factory=lambda: deque(maxlen=NEWS_KEPT))
    played: datetime | None = None
    elapsed_s: float = 0.0
    act: str = "starting"

    def tell(self, who: str, what: str, style: str = "") -> None:
        self.news.append(News(played=self.played or self.opens_at, who=who, what=what, style=style))

    @property
    def opened(self) -> int:
        return len(self.states)

    @property
    def tickets(self) -> Counter[str]:
        return Counter(self.states.values())

    @property
    def resolved(self) -> int:
        return sum(state in ENDED_WELL for state in self.states.values())

    @property
    def ended(self) -> int:
        return sum(state in ENDED for state in self.states.values())
