"""What goes in and comes out of the notify API about recipients: what they hear, how they are
reached.
"""

from datetime import datetime
from typing import Annotated, Self

from pydantic import Field, StringConstraints

from services.notify.domain.contacts import MAX_NAME_LENGTH, Contact
from services.notify.domain.kinds import Kind, Language
from services.notify.domain.mail_addresses import MAX_ADDRESS_LENGTH
from services.notify.domain.phone_numbers import MAX_WRITTEN_LENGTH
from services.notify.domain.recipient import Recipient
from shared.auth.caller import STAFF, Role
from shared.http.fields import Body, Flag, Reply, Storable
from shared.http.secret_replies import SecretReply

PersonName = Annotated[
    str,
    StringConstraints(strip_whitespace=True, min_length=1, max_length=MAX_NAME_LENGTH),
    Storable,
]
Phone = Annotated[str, StringConstraints(min_length=1, max_length=MAX_WRITTEN_LENGTH), Storable]
Email = Annotated[str, StringConstraints(min_length=1, max_length=MAX_ADDRESS_LENGTH), Storable]
SiteOrAll = Annotated[str, StringConstraints(pattern=r"^(\*|[A-Za-z0-9][A-Za-z0-9._:@+-]{0,63})$")]


class ListeningIn(Body):
    """Hears what staff are told about a site."""

    role: Annotated[Role, Field(json_schema_extra={"enum": [role.value for role in STAFF]})]
    site: SiteOrAll


class RecipientIn(Body):
    language: Language | None = None
    """Left out: as it is; Chinese for those of whom nothing is known."""
    audience: Annotated[list[ListeningIn], Field(max_length=100)] | None = None
    """Left out: as it is."""
    name: PersonName | None = Field(None, examples=["李明"])
    """What the person is called. Left out: as it is; null clears it."""
    phone: Phone | None = Field(None, examples=["138 0013 8000"])
    """As people write it; shown as `+8613800138000`. Left out: as it is; null clears it."""
    email: Email | None = Field(None, examples=["li@example.com"])
    """Left out: as it is; null clears it."""

    def contacts(self) -> dict[Contact, str | None]:
        """Return the contacts that are named, as they are written."""
        return {each: getattr(self, each) for each in Contact if each in self.model_fields_set}


class ListeningOut(Reply):
    role: str
    site: str
    since: datetime


class RecipientOut(SecretReply):
    id: str
    version: int
    language: Language
    audience: tuple[ListeningOut, ...]
    name: str | None
    phone: str | None
    email: str | None
    email_undeliverable_since: datetime | None
    """When a mail server said that there is no such address; name it once more to try it anew."""

    @classmethod
    def of(cls, recipient: Recipient) -> "RecipientOut":
        audience = tuple(ListeningOut.model_validate(each) for each in recipient.audience)
        return cls(**{**vars(recipient), **vars(recipient.contacts), "audience": audience})

    def kept(self, *, shown_at: datetime) -> Self | None:
        """Return itself unless it has contacts, which are kept in one place, to be erased there."""
        return self if self.name is self.phone is self.email is None else None


class RecipientsOut(Reply):
    items: tuple[RecipientOut, ...]


KindOrAll = Annotated[str, StringConstraints(pattern=r"^(\*|[a-z]{1,20}\.[a-z_]{1,30})$")]
SwitchesIn = Annotated[dict[KindOrAll, Flag], Field(max_length=len(Kind) + 1)]


class ChannelsIn(Body):
    """By channel: kind of message → on or off; `*` is every kind that has no switch of its own."""

    inbox: SwitchesIn | None = None
    email: SwitchesIn | None = Field(None, examples=[{"*": True, "ticket.rated": False}])


class PreferencesIn(Body):
    channels: ChannelsIn

    def switches(self) -> dict[str, dict[str, bool]]:
        return self.channels.model_dump(exclude_none=True)


class PreferencesOut(Reply):
    version: int
    channels: dict[str, dict[str, bool]]
