"""A delivery: one message by one channel to one endpoint, tried until it arrives or is given up
with a reason.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum
from uuid import UUID

from services.notify.domain.channels import Channel
from services.notify.domain.kinds import Kind

PAUSES: Sequence[timedelta] = (
    timedelta(seconds=5),
    timedelta(minutes=5),
    timedelta(minutes=30),
    timedelta(hours=2),
    timedelta(hours=5),
    timedelta(hours=10),
    timedelta(hours=14),
    timedelta(hours=20),
    timedelta(hours=24),
)
"""After the first attempt, which is made at once, the second, …; then it is given up."""
UNSIGNED_PAUSE = timedelta(seconds=30)
"""Before what could not be signed is tried again: a restart with the right keys mends it."""
_JITTER = 0.2
_FIRST_OFFER_PAUSE_S = 1.0
_MAX_OFFER_PAUSE_S = 60.0
_MAX_RETRY_AFTER = timedelta(hours=24)


class DeliveryState(StrEnum):
    PENDING = "pending"
    DELIVERED = "delivered"
    FAILED = "failed"
    DROPPED = "dropped"


@dataclass(frozen=True, kw_only=True)
class Outcome:
    """How an attempt ended: the answer's status, or None with the error that kept
    it from coming.
    """

    status: int | None
    error: str | None = None
    retry_after: timedelta | None = None
    unsigned: bool = False
    """Nothing was sent, since none of the endpoint's secrets could be opened: a fault of ours."""

    @property
    def arrived(self) -> bool:
        return self.status is not None and 200 <= self.status < 300

    @property
    def name(self) -> str:
        """`arrived`, `refused` (any other answer) or `no_answer`."""
        if self.arrived:
            return "arrived"
        return "no_answer" if self.status is None else "refused"

    @property
    def gone(self) -> bool:
        """The endpoint wants nothing any more (410)."""
        return self.status == 410

    @property
    def hopeless(self) -> bool:
        """Another attempt would end in the same way, though the endpoint is well."""
        return False

    @property
    def spares_endpoint(self) -> bool:
        """It says nothing of the endpoint's health."""
        return self.unsigned

    @property
    def busy(self) -> bool:
        """The endpoint takes nothing for now, whatever it is (429, 503: RFC 9110 §15.6.4, RFC 6585
        §4).
        """
        return self.status in (429, 503)

    @property
    def asked_pause(self) -> timedelta:
        """What `Retry-After` asks for, at most a day; zero without one."""
        return min(self.retry_after or timedelta(0), _MAX_RETRY_AFTER)

    def why(self) -> str:
        """Return the reason in a few words, for people."""
        return self.error or f"answered {self.status}"


@dataclass(frozen=True, kw_only=True)
class Delivery:
    id: UUID
    message_id: UUID
    endpoint_id: UUID
    kind: Kind
    state: DeliveryState
    attempts: int
    next_attempt_at: datetime
    until: datetime | None
    """After that it is of no use: an offer's end."""
    reason: str | None
    done_at: datetime | None
    channel: Channel = Channel.WEBHOOK

    @classmethod
    def begun(
        cls,
        *,
        channel: Channel = Channel.WEBHOOK,
        id: UUID,
        message_id: UUID,
        endpoint_id: UUID,
        kind: Kind,
        until: datetime | None,
        at: datetime,
    ) -> "Delivery":
        """Return a delivery that was not tried yet, due at `at`."""
        return cls(
            id=id,
            message_id=message_id,
            endpoint_id=endpoint_id,
            kind=kind,
            state=DeliveryState.PENDING,
            attempts=0,
            next_attempt_at=at,
            until=until,
            reason=None,
            done_at=None,
            channel=channel,
        )

    def after_failure(self, outcome: Outcome, *, at: datetime, chance: float) -> "Delivery":
        """Return the delivery after an attempt that ended at `at` and did not arrive.

        `chance` in [0, 1) spreads the retries. What was not sent counts as no attempt: it waits
        until it can be signed.
        """
        if outcome.unsigned:
            return replace(self, next_attempt_at=at + UNSIGNED_PAUSE, reason=outcome.why())
        tried = replace(self, attempts=self.attempts + 1)
        if outcome.gone or outcome.hopeless:
            return tried.ended(DeliveryState.FAILED, at=at, reason=self._end_of(outcome))
        pause = _pause(tried, chance)
        if pause is None:
            return tried.ended(
                DeliveryState.FAILED, at=at, reason=f"attempts_exhausted: {outcome.why()}"
            )
        again = at + max(pause, outcome.asked_pause)
        if self.until is not None and again >= self.until:
            return tried.ended(DeliveryState.DROPPED, at=at, reason=f"expired: {outcome.why()}")
        return replace(tried, next_attempt_at=again, reason=outcome.why())

    def _end_of(self, outcome: Outcome) -> str:
        if self.channel is Channel.WEBHOOK:
            return "endpoint_gone"
        return f"{'undeliverable' if outcome.gone else 'refused'}: {outcome.why()}"

    def ended(self, state: DeliveryState, *, at: datetime, reason: str) -> "Delivery":
        return replace(self, state=state, done_at=at, reason=reason)


def _pause(tried: Delivery, chance: float) -> timedelta | None:
    """Return the pause until the next attempt; None when there is none.

    An offer is tried quickly for as long as it lives.
    """
    if tried.until is not None:
        return timedelta(
            seconds=min(
                _FIRST_OFFER_PAUSE_S * 2.0 ** min(tried.attempts - 1, 10), _MAX_OFFER_PAUSE_S
            )
        )
    if tried.attempts > len(PAUSES):
        return None
    return PAUSES[tried.attempts - 1] * (1 + _JITTER * chance)
