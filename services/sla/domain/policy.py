"""Which clocks a ticket gets, how long they run, what stops them for a while, and when to warn."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from enum import StrEnum
from typing import Annotated, Self

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, PlainSerializer, model_validator

from services.sla.domain.durations import Span, parse_span
from services.sla.domain.life import TicketLife
from shared.contracts.categories import Nature
from shared.contracts.sla import ClockKind
from shared.contracts.tickets import Classing, HoldReason, Priority

DEFAULT_POLICY = "default"
"""The id of the policy that a ticket has when none was written for it."""

Promised = Annotated[
    Span,
    BeforeValidator(lambda value: value if isinstance(value, Span) else parse_span(value)),
    PlainSerializer(Span.iso),
]


class CountedIn(StrEnum):
    WALL = "wall"
    WORKING = "working"


class Recompute(StrEnum):
    """What a change of priority or category does to a promise: timed anew from its start, or from
    the change on.
    """

    FROM_START = "from_start"
    FROM_CHANGE = "from_change"


class Targets(BaseModel):
    """The promises at one priority; None is no such promise.

    `calendar` is the id of one; None is the site's own.
    """

    model_config = ConfigDict(frozen=True)

    counted_in: CountedIn
    calendar: str | None = None
    response: Promised | None
    arrival: Promised | None
    resolution: Promised | None

    def span(self, kind: ClockKind) -> Span | None:
        found: Span | None = getattr(self, kind.value)
        return found


class Match(BaseModel):
    """Which tickets a policy is for; what is None does not matter."""

    model_config = ConfigDict(frozen=True)

    category: str | None = None
    nature: Nature | None = None
    priority: Priority | None = None
    channel: str | None = None


class Policy(BaseModel):
    """One version of a policy. `site_id` None is every site. `warn_at` are shares of the target, in
    percent and in order.

    One that honours appointments gives `arrival` until the end of the visit agreed with the
    resident, if that is later, but no longer than `visits_within_days` after it began to run.
    """

    model_config = ConfigDict(frozen=True)

    id: str
    version: int
    site_id: str | None = None
    match: Match = Match()
    order: int = 0
    targets: Mapping[Priority, Targets]
    stopped_by: Mapping[ClockKind, frozenset[HoldReason]]
    warn_at: tuple[Annotated[int, Field(ge=1, le=99)], ...]
    recompute: Recompute = Recompute.FROM_START
    arrival_restarts: bool = False
    honours_appointments: bool = True
    visits_within_days: Annotated[int, Field(ge=1, le=366)] = 14

    @model_validator(mode="after")
    def _is_whole(self) -> Self:
        if set(self.targets) != set(Priority) or set(self.stopped_by) != set(ClockKind):
            raise ValueError("has to say something for every priority and every clock")
        return self

    def is_for(self, ticket: TicketLife, classing: Classing) -> bool:
        wanted = (
            (self.site_id, ticket.site_id),
            (self.match.category, classing.category),
            (self.match.nature, classing.nature),
            (self.match.priority, classing.priority),
            (self.match.channel, ticket.channel),
        )
        return all(want is None or want == has for want, has in wanted)

    def specificity(self) -> int:
        """Return the policy's weight: a site outweighs everything, then the category, the nature,
        the priority, the channel.
        """
        match = self.match
        named = (self.site_id, match.category, match.nature, match.priority, match.channel)
        return sum(
            weight for weight, name in zip((16, 8, 4, 2, 1), named, strict=True) if name is not None
        )


def select_policy(policies: Sequence[Policy], ticket: TicketLife, classing: Classing) -> Policy:
    """Return the most specific one that is for such a ticket; `order` decides between equals, then
    the id.

    Else the default policy.
    """
    fitting = [policy for policy in policies if policy.is_for(ticket, classing)]
    return min(
        fitting,
        key=lambda policy: (-policy.specificity(), policy.order, policy.id),
        default=DEFAULT,
    )


class InForce(BaseModel):
    """A version of a policy with the time during which it was the newest."""

    model_config = ConfigDict(frozen=True)

    policy: Policy
    since: datetime
    until: datetime | None


def in_force(
    versions: Iterable[InForce], at: datetime, *, first_before: bool = False
) -> list[Policy]:
    """Return the policies as they stood at `at`; with `first_before` the first version of each also
    before it was written.
    """
    return [
        version.policy
        for version in versions
        if (version.since <= at or (first_before and version.policy.version == 1))
        and (version.until is None or at < version.until)
    ]


def _targets(counted_in: CountedIn, response: str, arrival: str, resolution: str) -> Targets:
    return Targets(
        counted_in=counted_in,
        response=parse_span(response),
        arrival=parse_span(arrival),
        resolution=parse_span(resolution),
    )


USUAL_TARGETS: Mapping[Priority, Targets] = {
    Priority.EMERGENCY: _targets(CountedIn.WALL, "PT5M", "PT30M", "PT2H"),
    Priority.URGENT: _targets(CountedIn.WALL, "PT15M", "PT2H", "PT8H"),
    Priority.NORMAL: _targets(CountedIn.WORKING, "PT2H", "P1D", "P2D"),
    Priority.LOW: _targets(CountedIn.WORKING, "P1D", "P3D", "P5D"),
}
USUAL_STOPS: Mapping[ClockKind, frozenset[HoldReason]] = {
    ClockKind.RESPONSE: frozenset(),
    ClockKind.ARRIVAL: frozenset({HoldReason.WAITING_RESIDENT, HoldReason.NO_ACCESS}),
    ClockKind.RESOLUTION: frozenset({HoldReason.WAITING_RESIDENT, HoldReason.NO_ACCESS}),
}
USUAL_WARNINGS = (50, 75, 90)

DEFAULT = Policy(
    id=DEFAULT_POLICY,
    version=1,
    targets=USUAL_TARGETS,
    stopped_by=USUAL_STOPS,
    warn_at=USUAL_WARNINGS,
)
