"""An endpoint: where the webhooks of a person or a system go, how they are signed, and how well it
has answered. A person's e-mail address is one too, a mailbox, with neither URL nor secrets.
"""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from uuid import UUID

from services.notify.domain.channels import Channel
from services.notify.domain.delivery import UNSIGNED_PAUSE, Outcome
from services.notify.domain.kinds import Kind
from shared.ids import PersonId, SiteId

DISABLED_AFTER = timedelta(days=5)
"""Of failing without a single success."""
OLD_SECRET_VALID_FOR = timedelta(hours=24)
MAX_ENDPOINTS_PER_OWNER = 20
_FAILURES_TO_BREAK = 5
_FIRST_BREAK_S = 5.0
_MAX_BREAK_S = 60.0


@dataclass(frozen=True, kw_only=True)
class Secret:
    """`until` is None for the newest, the end of its validity for one that was rotated away."""

    value: str
    """As it is stored: sealed (`sealing.py`)."""
    until: datetime | None = None

    def valid(self, now: datetime) -> bool:
        return self.until is None or now < self.until


@dataclass(frozen=True, kw_only=True)
class Endpoint:
    id: UUID
    owner: PersonId
    url: str
    kinds: frozenset[Kind] | None
    """None: all kinds."""
    sites: frozenset[SiteId] | None
    """The sites that its registrar may see of its owner; None: every site."""
    secrets: tuple[Secret, ...]
    version: int
    created_at: datetime
    registrar: PersonId | None = None
    """Who registered it; None for one of an earlier release."""
    disabled_at: datetime | None = None
    disabled_reason: str | None = None
    failures: int = 0
    """In a row."""
    failing_since: datetime | None = None
    blocked_until: datetime | None = None
    """Nothing is tried before that: the breaker is open, or the receiver asked for a pause."""
    removed_at: datetime | None = None
    channel: Channel = Channel.WEBHOOK
    given_by_owner: bool = False
    """Of a mailbox: the person gave the address themself."""

    @property
    def open(self) -> bool:
        return self.disabled_at is None and self.removed_at is None

    @property
    def _gone(self) -> str:
        return "gone" if self.channel is Channel.WEBHOOK else "undeliverable"

    @property
    def is_webhook(self) -> bool:
        """Whether it is one that people register, and has not been removed."""
        return self.removed_at is None and self.channel is Channel.WEBHOOK

    def blocked(self, now: datetime) -> bool:
        return self.blocked_until is not None and now < self.blocked_until

    def wants(self, kind: Kind, site_id: SiteId | None) -> bool:
        """Return whether a message of that kind goes there. `site_id` is None for what is of no
        site, such as news of the owner's other endpoints.

        That is for those who see everything.
        """
        return self.takes(kind) and (self.sites is None or site_id in self.sites)

    def takes(self, kind: Kind) -> bool:
        return self.open and (self.kinds is None or kind in self.kinds)

    def rotated(self, value: str, *, at: datetime) -> "Endpoint":
        """Return the endpoint with a new secret; the one before it stays valid for a day, older
        ones end now.
        """
        newest = self.secrets[0]
        old = Secret(value=newest.value, until=at + OLD_SECRET_VALID_FOR)
        return replace(self, secrets=(Secret(value=value), old), version=self.version + 1)

    def changed(
        self, *, url: str, kinds: frozenset[Kind] | None, enabled: bool, at: datetime
    ) -> "Endpoint":
        """Return the endpoint as its owner wants it; another address, and enabling it, begin
        anew.
        """
        wanted = replace(self, url=url, kinds=kinds)
        if url != self.url or (enabled and self.disabled_at is not None):
            wanted = replace(wanted, failures=0, failing_since=None, blocked_until=None)
        if enabled:
            wanted = replace(wanted, disabled_at=None, disabled_reason=None)
        elif self.disabled_at is None:
            wanted = replace(wanted, disabled_at=at, disabled_reason="by_owner")
        return self if wanted == self else replace(wanted, version=self.version + 1)

    def removed(self, *, at: datetime) -> "Endpoint":
        """Return the endpoint without its secrets, which sign nothing any more."""
        return replace(self, secrets=(), removed_at=at, version=self.version + 1)

    def after_failure(self, outcome: Outcome, *, at: datetime) -> "Endpoint":
        """Return the endpoint after an attempt that did not arrive.

        Its version rises only when that disables it. What could not be signed says nothing of its
        health, but nothing more is tried for a while.
        """
        if outcome.unsigned:
            return replace(self, blocked_until=max(at + UNSIGNED_PAUSE, self.blocked_until or at))
        if outcome.spares_endpoint:
            return self
        since = self.failing_since or at
        failing = replace(self, failures=self.failures + 1, failing_since=since)
        if self.open and (outcome.gone or at - since >= DISABLED_AFTER):
            reason = self._gone if outcome.gone else "failing_for_five_days"
            return replace(
                failing, disabled_at=at, disabled_reason=reason, version=self.version + 1
            )
        pause = max(
            _break_after(failing.failures), outcome.asked_pause if outcome.busy else timedelta(0)
        )
        # An attempt that was under way when the receiver asked for longer must not shorten that.
        return (
            replace(failing, blocked_until=max(at + pause, self.blocked_until or at))
            if pause
            else failing
        )


def _break_after(failures: int) -> timedelta:
    """Return how long the breaker opens: not at all at first; then longer with each failure."""
    surplus = failures - _FAILURES_TO_BREAK
    return (
        timedelta(seconds=min(_FIRST_BREAK_S * 2.0 ** min(surplus, 10), _MAX_BREAK_S))
        if surplus >= 0
        else timedelta(0)
    )
