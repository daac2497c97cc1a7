"""What the spectators see: the players tell it what they did, and the board of sla what is late."""

from collections import Counter, deque
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any

NEWS_KEPT, URGENT_KEPT = 60, 5
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


@dataclass(frozen=True, kw_only=True)
class Promise:
    """A clock that runs out, or has: `left_s` real seconds until it is due."""

    reference: str
    kind: str
    left_s: float


@dataclass(kw_only=True)
class Stage:
    """Counts of one play: `states` of tickets by reference as the players know them, `clocks` by
    (kind, state) and the most `urgent` promises as sla's board has them.
    """

    title: str
    rows: int
    speed: float
    opens_at: datetime
    refused: int = 0
    states: dict[str, str] = field(default_factory=dict)
    offers: Counter[str] = field(default_factory=Counter)
    clocks: Counter[tuple[str, str]] = field(default_factory=Counter)
    running: int = 0
    breached: int = 0
    urgent: Sequence[Promise] = ()
    crew: dict[str, Hand] = field(default_factory=dict)
    news: deque[News] = field(default_factory=lambda: deque(maxlen=NEWS_KEPT))
    played: datetime | None = None
    elapsed_s: float = 0.0
    act: str = "starting"

    def tell(self, who: str, what: str, style: str = "") -> None:
        """One line of news, however many lines somebody wrote."""
        self.news.append(
            News(
                played=self.played or self.opens_at,
                who=who,
                what=" ".join(what.split()),
                style=style,
            )
        )

    def board(self, board: Mapping[str, Any]) -> None:
        """What `GET /v1/board` said.

        Promises of a demo are short: all that run are at risk within the hour.
        """
        now = datetime.fromisoformat(board["at"])
        self.running, self.breached = board["counts"]["at_risk"], board["counts"]["breached"]
        self.clocks = Counter(
            (each["kind"], name) for name in ("at_risk", "breached") for each in board[name]
        )
        self.urgent = [
            _promise(each, now) for each in (*board["breached"], *board["at_risk"])[:URGENT_KEPT]
        ]

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


def _promise(clock: Mapping[str, Any], now: datetime) -> Promise:
    left_s = (datetime.fromisoformat(clock["due_at"]) - now).total_seconds()
    return Promise(reference=clock["reference"], kind=clock["kind"], left_s=left_s)
