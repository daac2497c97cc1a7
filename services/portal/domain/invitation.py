"""Who is invited, as what, and what is wrong with how that was written."""

import re
from collections.abc import Mapping
from dataclasses import dataclass

from services.portal.domain.language import DEFAULT, as_language
from services.portal.domain.names import email_address, telephone_number
from services.portal.domain.visitor import Language
from shared.auth.caller import EVERY_SITE, Grant, Role
from shared.ids import SiteId, is_subject

MAX_NAME_LENGTH = 80
_MAX_UNIT_LENGTH = 100
_OF_NO_PERSON = ("integration-", "guest-", "link-", "no-one-")
"""What ids begin with that the portal makes up itself: who had one would have what is theirs."""
_OF_NO_ONE = frozenset({"system", "dispatch", "tickets", "sla", "notify"})
"""Who did what no person did: an audit trail names them so."""
_SITE = re.compile(r"\*|[A-Za-z0-9][A-Za-z0-9._:@+-]{0,63}")


@dataclass(frozen=True, kw_only=True)
class Contacts:
    """What a person is called, and how they are reached."""

    name: str
    email: str | None
    phone: str | None
    language: Language


@dataclass(frozen=True, kw_only=True)
class Invitation:
    """`person_id` is whom tickets' record calls so; None: someone who has none yet. `unit` is a
    resident's flat; `listens`: hears what staff of the site are told.
    """

    person_id: str | None
    contacts: Contacts
    grant: Grant
    unit: str | None
    listens: bool


Wrong = dict[str, str]
"""Field → the message that says what is wrong with it."""


def read_invitation(fields: Mapping[str, str], *, portal: str) -> tuple[Invitation | None, Wrong]:
    """Return the invitation that was written into the form, or what is wrong with it. `portal` is
    who the portal is itself, and no one else.
    """
    contacts, wrong = read_contacts(fields)
    grant, wrong_grant = read_grant(fields)
    wrong |= wrong_grant
    person_id = fields.get("person_id", "").strip()
    if person_id and not _is_of_person(person_id, portal=portal):
        wrong["person_id"] = "people-wrong-person-id"
    unit, wrong_unit = read_unit(fields, None if grant is None else grant.role)
    wrong |= wrong_unit
    if wrong or contacts is None or grant is None:
        return None, wrong
    return (
        Invitation(
            person_id=person_id or None,
            contacts=contacts,
            grant=grant,
            unit=unit,
            listens=bool(fields.get("listens")),
        ),
        wrong,
    )


def read_contacts(fields: Mapping[str, str]) -> tuple[Contacts | None, Wrong]:
    """Return the contacts that were written into the form, or what is wrong with them."""
    wrong: Wrong = {}
    name, email, phone = (fields.get(each, "").strip() for each in ("name", "email", "phone"))
    if not name or len(name) > MAX_NAME_LENGTH or not name.isprintable():
        wrong["name"] = "people-wrong-name"
    address, number = email_address(email), telephone_number(phone)
    if email and address is None:
        wrong["email"] = "people-wrong-email"
    if phone and number is None:
        wrong["phone"] = "people-wrong-phone"
    if wrong:
        return None, wrong
    language = as_language(fields.get("language")) or DEFAULT
    return Contacts(name=name, email=address, phone=number, language=language), wrong


def read_grant(fields: Mapping[str, str]) -> tuple[Grant | None, Wrong]:
    """Return the role at a site that was chosen in the form, or what is wrong with it."""
    role, site = fields.get("role", ""), fields.get("site", "").strip()
    if role not in set(Role) - {Role.INTEGRATION}:
        return None, {"role": "people-wrong-role"}
    if not _SITE.fullmatch(site) or (site == EVERY_SITE and role == Role.RESIDENT):
        return None, {"site": "people-wrong-site"}
    return Grant(Role(role), SiteId(site)), {}


def read_unit(fields: Mapping[str, str], role: Role | None) -> tuple[str | None, Wrong]:
    """Return the flat of a resident, who has one; others have none."""
    unit = fields.get("unit", "").strip()
    if role is not Role.RESIDENT:
        return None, {}
    if not unit or len(unit) > _MAX_UNIT_LENGTH or not unit.isprintable():
        return None, {"unit": "people-wrong-unit"}
    return unit, {}


def _is_of_person(id: str, *, portal: str) -> bool:
    """Return whether an id can be a person's."""
    plain = id.casefold()
    is_ours = plain in _OF_NO_ONE | {portal.casefold()} or plain.startswith(_OF_NO_PERSON)
    return is_subject(id) and not is_ours
