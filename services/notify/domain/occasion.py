"""An occasion: something that ought to be said to one person, once."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from pydantic import JsonValue

from services.notify.domain.kinds import WORTH_SAYING_FOR, Kind
from shared.ids import PersonId, SiteId


@dataclass(frozen=True, kw_only=True)
class Occasion:
    """Unique by recipient, kind and cause, so that computing it again says nothing twice."""

    recipient_id: PersonId
    kind: Kind
    cause: str
    """The offer, step, comment or announcement behind it, under an id that never changes."""
    at: datetime
    ticket_id: UUID | None
    site_id: SiteId | None
    language: str
    """The language for a recipient who has not said which one they like."""
    data: Mapping[str, JsonValue] = field(default_factory=dict)
    until: datetime | None = None
    """After that it is of no use any more."""
    moot: str | None = None
    """Why it is of no use already, though it is not old."""
    said_by: str | None = None
    """Who brought it about, and does not have to be told."""
    words: str | None = None
    """What a person wrote, whole, for the message's own words; the data has its beginning."""

    @property
    def key(self) -> tuple[str, str, str]:
        return self.recipient_id, self.kind, self.cause

    def stale(self, now: datetime) -> str | None:
        """Return why there is no point in saying it now; None while there is."""
        if self.moot is not None:
            return self.moot
        if self.until is not None and now >= self.until:
            return "expired"
        if now - self.at > WORTH_SAYING_FOR:
            return "too_old"
        return None
