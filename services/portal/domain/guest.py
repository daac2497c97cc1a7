"""People who report by a code on a wall, without an account."""

import hashlib
from datetime import timedelta

from services.portal.domain.limits import Limit
from services.portal.domain.visitor import Language, Visitor
from shared.auth.caller import Grant, Role
from shared.ids import PersonId, SiteId

_GUEST = "guest-"
REPORTS_FROM_ADDRESS = Limit("guest.address", 6, timedelta(hours=1))
REPORTS_AT_PLACE = Limit("guest.place", 12, timedelta(hours=1))
CODES_FROM_ADDRESS = Limit("place_code.address", 60, timedelta(minutes=15))
"""Codes that are looked up without an account: fifty random bits are not found by trying, and each
costs a look.
"""


def guest_id(key: str) -> PersonId:
    """Return who a guest is in one report, by the key of its form, which no other has; and which
    the id does not tell: who sends the same form again is shown the guest's link.
    """
    return PersonId(f"{_GUEST}{hashlib.sha256(key.encode()).hexdigest()[:32]}")


def is_guest(id: str) -> bool:
    return id.startswith(_GUEST)


def guest(id: PersonId, site_id: SiteId, language: Language) -> Visitor:
    """Return the guest, who speaks for themself where they say how they are reached."""
    return Visitor(
        person_id=id,
        name="",
        grants=(Grant(Role.RESIDENT, site_id),),
        units=frozenset(),
        only=None,
        language=language,
        session_id=None,
    )
