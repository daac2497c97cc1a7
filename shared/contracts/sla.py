"""The facts of sla: promises, and whether they were kept."""

from enum import StrEnum
from typing import ClassVar
from uuid import UUID

from pydantic import AwareDatetime, field_serializer

from shared.contracts.base import Contract, Snapshot


class ClockKind(StrEnum):
    RESPONSE = "response"
    ARRIVAL = "arrival"
    RESOLUTION = "resolution"


class ClockState(StrEnum):
    RUNNING = "running"
    PAUSED = "paused"
    MET = "met"
    BREACHED = "breached"
    CANCELLED = "cancelled"
    UNKNOWN = "unknown"
    """Of a ticket that was taken over without the date that would tell: neither kept nor broken,
    and in no figure. No fact says it.
    """


class ClockV1(Contract):
    """One timed promise.

    `due_at` is None only while paused with no end in sight or when the ticket has no target for it.
    """

    kind: ClockKind
    state: ClockState
    started_at: AwareDatetime
    due_at: AwareDatetime | None
    stopped_at: AwareDatetime | None = None
    breached_at: AwareDatetime | None = None
    """When it fell due without being stopped; None unless that happened. It may have been cancelled
    since, with its ticket.
    """


class Announcement(Contract):
    """What was announced about a clock: a share of its target in percent (100 is the breach), for
    the due time it then had.
    """

    clock: ClockKind
    threshold: int
    due_at: AwareDatetime
    fell_at: AwareDatetime
    announced_at: AwareDatetime
    skipped: bool = False
    """Overtaken by a later one while the service was down: recorded, not told."""

    @field_serializer("skipped")
    def _always_skipped(self, skipped: bool) -> bool:
        return skipped


class ClocksV1(Snapshot):
    """All clocks of one ticket. Its id is the ticket's.

    A promise that was kept while others still run is not published: `shared.standing` tells it from
    the ticket and its work order.
    """

    OWNER: ClassVar[str] = "sla"
    ENTITY: ClassVar[str] = "clocks"
    ABOUT: ClassVar[tuple[str, str]] = ("ticket", "id")
    FACTS: ClassVar[dict[str, str]] = {
        "started": "Promises were made for a ticket.",
        "recomputed": (
            "Due times moved: a pause, its end, another priority, category, calendar or policy, "
            "or the ticket was reopened."
        ),
        "warned": "A share of a promise's time is used up.",
        "breached": "A promise was broken.",
        "corrected": "A fact that came late undid a breach.",
        "settled": (
            "The last promise has ended: kept, broken and no longer waited for, or no longer "
            "wanted."
        ),
        "restated": "Nothing changed; said again for listeners that missed it.",
        "met": "A promise was kept.",
        "paused": "Promises wait, because the work has to.",
        "resumed": "Promises run again.",
        "ended": "The ticket was cancelled; its clocks count in no figure.",
    }
    FORMER_FACTS: ClassVar[frozenset[str]] = frozenset({"met", "paused", "resumed", "ended"})

    id: UUID
    policy_id: str
    policy_version: int
    clocks: tuple[ClockV1, ...]
    announced: tuple[Announcement, ...] = ()
    resolved_at: AwareDatetime | None = None
    """The resolution that `objection_ends_at` is about."""
    objection_ends_at: AwareDatetime | None = None
    """Until when the resident may object to the resolution that stands: the site's working days;
    None while none does, and where the site has not said how many.
    """
