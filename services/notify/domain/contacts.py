"""A person's contacts: what they are called, and where they are reached beside their inbox."""

import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from services.notify.domain.mail_addresses import mail_address
from services.notify.domain.phone_numbers import phone_number
from shared.errors import Invalid

MAX_NAME_LENGTH = 100
_OVERRIDES = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
"""Turn the direction in which the text around them is read."""


class Contact(StrEnum):
    NAME = "name"
    PHONE = "phone"
    EMAIL = "email"


@dataclass(frozen=True, kw_only=True)
class ContactsGiven:
    """What is said of a person's contacts, as it is stored: what is `named` changes, None clears
    it, the rest stays.
    """

    named: frozenset[Contact] = frozenset()
    name: str | None = None
    phone: str | None = None
    email: str | None = None


@dataclass(frozen=True, kw_only=True)
class Contacts:
    name: str | None = None
    phone: str | None = None
    """As `+8613800138000` (E.164)."""
    email: str | None = None

    def changed(self, given: ContactsGiven) -> "Contacts":
        """Return the contacts with what was named."""
        return Contacts(
            name=given.name if Contact.NAME in given.named else self.name,
            phone=given.phone if Contact.PHONE in given.named else self.phone,
            email=given.email if Contact.EMAIL in given.named else self.email,
        )


def read_contacts(written: Mapping[Contact, str | None], *, country: str) -> ContactsGiven:
    """Return what is said of a person's contacts; a telephone number that says no country is one of
    `country` (`+86`).

    Raises Invalid, with the contact's JSON pointer as `field`.
    """
    name, phone, email = (
        written.get(each) for each in (Contact.NAME, Contact.PHONE, Contact.EMAIL)
    )
    return ContactsGiven(
        named=frozenset(written),
        name=None if name is None else _name(name),
        phone=None if phone is None else phone_number(phone, country=country),
        email=None if email is None else mail_address(email),
    )


def _name(written: str) -> str:
    name = written.strip()
    if not name or len(name) > MAX_NAME_LENGTH:
        raise _bad_name(f"has to have 1 to {MAX_NAME_LENGTH} characters; null clears it")
    if any(each in _OVERRIDES or unicodedata.category(each) in ("Cc", "Zl", "Zp") for each in name):
        raise _bad_name("has to be one line without control characters")
    return name


def _bad_name(why: str) -> Invalid:
    return Invalid(f"The name {why}.", field="/name")
