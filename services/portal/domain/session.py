"""Sessions: how long they last, and who may still use one."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from uuid import UUID

from shared.auth.caller import Grant, Role
from shared.ids import PersonId, TicketId

TOUCH_EVERY = timedelta(minutes=1)
"""How exactly is known when a session was last used."""


class SessionKind(StrEnum):
    STAFF = "staff"
    RESIDENT = "resident"
    LINK = "link"


@dataclass(frozen=True, kw_only=True)
class Lifetime:
    """`idle` is how long a session may go unused, `longest` how long it lasts at most."""

    idle: timedelta
    longest: timedelta


LIFETIMES = {
    SessionKind.STAFF: Lifetime(idle=timedelta(hours=12), longest=timedelta(days=30)),
    SessionKind.RESIDENT: Lifetime(idle=timedelta(days=90), longest=timedelta(days=400)),
    SessionKind.LINK: Lifetime(idle=timedelta(days=90), longest=timedelta(days=90)),
}


@dataclass(frozen=True, kw_only=True)
class Session:
    """`only_ticket` is all that there is for the bearer of a link."""

    id: UUID
    person_id: PersonId | None
    kind: SessionKind
    only_ticket: TicketId | None
    csrf_secret: str
    created_at: datetime
    seen_at: datetime
    ends_at: datetime
    idle_s: int
    user_agent: str
    address_prefix: str
    revoked_at: datetime | None

    @property
    def share(self) -> str:
        """Return whose limits the session's requests, forms and live streams count for: its
        person's, in however many browsers; its own where it is not known to be a person's.
        """
        if self.person_id is None or self.kind is SessionKind.LINK:
            return f"session {self.id}"
        return f"person {self.person_id}"

    def is_good(self, *, now: datetime) -> bool:
        """Return whether the session may still be used."""
        return (
            self.revoked_at is None
            and now < self.ends_at
            and now < self.seen_at + timedelta(seconds=self.idle_s)
        )

    def is_to_be_touched(self, *, now: datetime) -> bool:
        return now >= self.seen_at + TOUCH_EVERY


def kind_for(grants: tuple[Grant, ...]) -> SessionKind:
    """Return the kind of session for a person with these grants: a resident's where they are
    nothing else.
    """
    if all(grant.role is Role.RESIDENT for grant in grants):
        return SessionKind.RESIDENT
    return SessionKind.STAFF
