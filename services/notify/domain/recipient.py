"""A recipient: a person or a system to whom something was or may be said."""

from dataclasses import dataclass, field, replace
from datetime import datetime

from services.notify.domain.contacts import Contact, Contacts, ContactsGiven
from services.notify.domain.kinds import Language
from shared.auth.caller import EVERY_SITE
from shared.ids import PersonId, SiteId


@dataclass(frozen=True, kw_only=True)
class Listening:
    """Hears about a site's work in a role, from `since` on."""

    role: str
    site: SiteId
    since: datetime


@dataclass(frozen=True, kw_only=True)
class Recipient:
    id: PersonId
    version: int
    language: Language
    language_at: datetime | None = None
    """When the person chose it; None while it is only the language of what they were told."""
    audience: tuple[Listening, ...] = ()
    contacts: Contacts = field(default_factory=Contacts)
    email_undeliverable_since: datetime | None = None
    """When the address was found to take nothing; None while it may."""

    def seen_at(self, sites: frozenset[SiteId] | None) -> "Recipient":
        """Return the recipient with what they listen to at these sites (None: at any), or at every
        site.
        """
        if sites is None:
            return self
        seen = tuple(each for each in self.audience if each.site in (*sites, EVERY_SITE))
        return replace(self, audience=seen)

    def changed(
        self,
        *,
        language: Language | None,
        audience: tuple[tuple[str, SiteId], ...],
        contacts: ContactsGiven,
        at: datetime,
    ) -> "Recipient":
        """Return the recipient as wanted, with the language chosen at `at` if one is; one who
        listened before goes on listening since then. The version rises where the language, the
        audience or the contacts differ.
        """
        since = {(each.role, each.site): each.since for each in self.audience}
        listening = tuple(
            Listening(role=role, site=site, since=since.get((role, site), at))
            for role, site in sorted(set(audience))
        )
        spoken, reached = language or self.language, self.contacts.changed(contacts)
        differs = (spoken, listening, reached) != (self.language, self.audience, self.contacts)
        return replace(
            self,
            version=self.version + 1 if differs else self.version,
            language=spoken,
            language_at=self.language_at if language is None else at,
            audience=listening,
            contacts=reached,
            email_undeliverable_since=None
            if Contact.EMAIL in contacts.named
            else self.email_undeliverable_since,
        )
