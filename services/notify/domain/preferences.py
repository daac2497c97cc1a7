"""What a person wants to hear, by channel and kind.

A switch names a kind, or `*` for all that have none of their own; what has no switch at all is on.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

from services.notify.domain.kinds import Kind
from shared.errors import Invalid

INBOX = "inbox"
EMAIL = "email"
ALL_KINDS = "*"
SWITCHED_OFF = "switched_off"
"""Why a message does not lie in the inbox of a person who does not want its kind there."""

MUST_BE_HEARD = frozenset(
    {
        Kind.JOB_OFFERED,
        Kind.OFFER_WITHDRAWN,
        Kind.OFFER_LOST,
        Kind.JOB_ACCEPTED,
        Kind.JOB_CHANGED,
        Kind.JOB_CANCELLED,
        Kind.EMERGENCY_UNTAKEN,
        Kind.TICKET_DANGER,
    }
)
"""Cannot be switched off in the inbox: work that waits for an answer, and emergencies."""
NOT_MAILED = frozenset(
    {Kind.JOB_OFFERED, Kind.OFFER_WITHDRAWN, Kind.OFFER_LOST, Kind.ENDPOINT_TEST}
)
"""Over before a mail is read, or about one endpoint alone."""
UNSWITCHED = frozenset({Kind.LOGIN_LINK})
"""Sent because the person has just asked for it, whatever they want to hear otherwise."""

Switches = Mapping[str, Mapping[str, bool]]
"""Channel → kind or `*` → whether it is on."""


@dataclass(frozen=True, kw_only=True)
class Preferences:
    """`version` is 0 for a person who has said nothing."""

    version: int = 0
    channels: Switches = field(default_factory=dict)

    def wants(self, channel: str, kind: Kind) -> bool:
        """Return whether the person is to be told of that kind by the channel."""
        if channel == INBOX and kind in MUST_BE_HEARD:
            return True
        switches = self.channels.get(channel, {})
        wanted = switches.get(kind, switches.get(ALL_KINDS, True))
        return wanted and not (channel == EMAIL and kind in NOT_MAILED)

    def changed(self, channels: Switches) -> "Preferences":
        """Return the preferences with these switches in the place of all."""
        kept = {
            channel: dict(sorted(switches.items()))
            for channel, switches in sorted(channels.items())
            if switches
        }
        if self.version and kept == self.channels:
            return self
        return Preferences(version=self.version + 1, channels=kept)

    def without_mail(self, kind: Kind | None) -> "Preferences":
        """Return the preferences with e-mail switched off for that kind; for all if None."""
        switches = self.channels.get(EMAIL, {})
        off = {ALL_KINDS: False} if kind is None else {**switches, kind: False}
        if kind is not None and not switches.get(kind, switches.get(ALL_KINDS, True)):
            return self
        return self.changed({**self.channels, EMAIL: off})


def check_switches(channels: Switches) -> None:
    """Raise Invalid for a switch that does not exist, or turns off what must be heard."""
    for channel, switches in channels.items():
        for name, on in switches.items():
            field_ = f"/channels/{channel}/{name}"
            if name == ALL_KINDS:
                continue
            if name not in set(Kind) - UNSWITCHED:
                raise Invalid(f"There is no kind {name!r} to be switched.", field=field_)
            if channel == INBOX and not on and name in MUST_BE_HEARD:
                raise Invalid(
                    f"{name} cannot be switched off in the inbox: it waits for an answer, or is an "
                    "emergency.",
                    field=field_,
                )
