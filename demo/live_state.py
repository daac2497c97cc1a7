"""The live state of a run: what residents and technicians did, and what sla's board says."""

from collections import Counter, deque
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any

MAX_EVENTS, MAX_DEADLINES = 60, 5
RESOLVED = frozenset({"resolved", "closed"})
ENDED = RESOLVED | {"cancelled"}


class Activity(StrEnum):
    FREE = "free"
    TRAVELLING = "travelling"
    WORKING = "working"
    PAUSED = "paused"


@dataclass(kw_only=True)
class TechnicianStatus:
    """What a technician does, and for which ticket; `waiting` counts accepted jobs not begun."""

    name: str
    trade: str
    activity: Activity = Activity.FREE
    reference: str = ""
    waiting: int = 0
    done: int = 0


@dataclass(frozen=True, kw_only=True)
class Event:
    """One line of the event list; `played_at` is the time of the simulated people."""

    played_at: datetime
    who: str
    what: str
    style: str = ""


@dataclass(frozen=True, kw_only=True)
class Deadline:
    """A clock at risk or breached: `left_s` real seconds until it is due, negative after it."""

    reference: str
    kind: str
    left_s: float


@dataclass(kw_only=True)
class LiveState:
    """Counts of one run.

    `states` are tickets' by reference, as residents and technicians know them. `clocks` by
    (kind, state) and the most urgent `deadlines` are those of sla's board.
    """

    title: str
    rows: int
    speed: float
    starts_at: datetime
    refused: int = 0
    states: dict[str, str] = field(default_factory=dict)
    offers: Counter[str] = field(default_factory=Counter)
    clocks: Counter[tuple[str, str]] = field(default_factory=Counter)
    running: int = 0
    breached: int = 0
    deadlines: Sequence[Deadline] = ()
    crew: dict[str, TechnicianStatus] = field(default_factory=dict)
    events: deque[Event] = field(default_factory=lambda: deque(maxlen=MAX_EVENTS))
    played_at: datetime | None = None
    elapsed_s: float = 0.0
    phase: str = "starting"

    def note(self, who: str, what: str, style: str = "") -> None:
        """Add an event, as one line however many lines a resident wrote."""
        played_at = self.played_at or self.starts_at
        self.events.append(
            Event(played_at=played_at, who=who, what=" ".join(what.split()), style=style)
        )

    def apply_board(self, board: Mapping[str, Any]) -> None:
        """Take over what `GET /v1/board` said.

        Promises of a demo are short: all clocks that run are at risk within the hour.
        """
        now = datetime.fromisoformat(board["at"])
        self.running, self.breached = board["counts"]["at_risk"], board["counts"]["breached"]
        self.clocks = Counter(
            (clock["kind"], state) for state in ("at_risk", "breached") for clock in board[state]
        )
        urgent = (*board["breached"], *board["at_risk"])[:MAX_DEADLINES]
        self.deadlines = [_deadline(clock, now) for clock in urgent]

    @property
    def opened(self) -> int:
        return len(self.states)

    @property
    def tickets(self) -> Counter[str]:
        return Counter(self.states.values())

    @property
    def resolved(self) -> int:
        return sum(state in RESOLVED for state in self.states.values())

    @property
    def ended(self) -> int:
        return sum(state in ENDED for state in self.states.values())


def _deadline(clock: Mapping[str, Any], now: datetime) -> Deadline:
    left_s = (datetime.fromisoformat(clock["due_at"]) - now).total_seconds()
    return Deadline(reference=clock["reference"], kind=clock["kind"], left_s=left_s)
