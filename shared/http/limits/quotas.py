"""What one caller may have of an instance."""

from dataclasses import dataclass, replace
from math import ceil

from shared.http.limits.token_bucket import Rate
from shared.settings import ProcessSettings

_UNDER_WAY_FOR_EACH_AT_WORK = 16
_UNDER_WAY_FOR_EACH_AT_ONCE = 8
"""Of a burst of changes an eighth of what may be under way is worked on at once,"""
_TIMES_THE_RATE = 2
"""and the others at twice their rate."""


@dataclass(frozen=True, kw_only=True)
class Quotas:
    """Rates of requests that read, that change something and that ask how a service is (health,
    metrics), and how many requests, uploads and live streams there may be at once. Of the requests
    under way so many are worked on at a time; the others wait for their turn, and those that change
    something for the time at which it is theirs (`changes`).
    """

    reads: Rate
    writes: Rate
    changes: Rate
    probes: Rate
    requests: int
    at_work: int
    uploads: int
    streams: int

    @classmethod
    def of(cls, settings: ProcessSettings) -> "Quotas":
        """Return a person's, and an address' before it is known who asks."""
        burst = settings.request_burst
        return cls(
            reads=Rate("reads", settings.reads_per_s, burst),
            writes=Rate("writes", settings.writes_per_s, burst),
            changes=Rate(
                "changes",
                settings.writes_per_s * _TIMES_THE_RATE,
                ceil(settings.requests_per_caller / _UNDER_WAY_FOR_EACH_AT_ONCE),
            ),
            probes=Rate("probes", settings.reads_per_s, burst),
            requests=settings.requests_per_caller,
            at_work=ceil(settings.requests_per_caller / _UNDER_WAY_FOR_EACH_AT_WORK),
            uploads=settings.uploads_per_caller,
            streams=settings.streams_per_caller,
        )

    def times(self, factor: int) -> "Quotas":
        return replace(
            self,
            reads=self.reads.times(factor),
            writes=self.writes.times(factor),
            changes=self.changes.times(factor),
            probes=self.probes.times(factor),
            requests=self.requests * factor,
            at_work=self.at_work * factor,
            uploads=self.uploads * factor,
            streams=self.streams * factor,
        )
