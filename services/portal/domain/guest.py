"""People who report by a code on a wall, without an account."""

from datetime import timedelta

from services.portal.domain.limits import Limit
from services.portal.domain.visitor import Language, Visitor
from shared.auth.caller import Grant, Role
from shared.ids import PersonId, SiteId, TicketId

_GUEST = "guest-"
GUEST_FROM_ADDRESS = Limit("guest.address", 6, timedelta(hours=1))
GUEST_AT_PLACE = Limit("guest.place", 12, timedelta(hours=1))
CODES_FROM_ADDRESS = Limit("code.place", 60, timedelta(minutes=15))
"""Codes that stand for no place."""


def guest_id(key: str) -> PersonId:
    """Return who a guest is in one report; `key` is what nobody else has."""
    return PersonId(f"{_GUEST}{key}")


def is_guest(person_id: str | None) -> bool:
    """Return whether it is a person without an account, who has nothing but a link."""
    return person_id is not None and person_id.startswith(_GUEST)


def bearer_of_link(
    ticket_id: TicketId, site_id: SiteId, person_id: PersonId, language: Language
) -> Visitor:
    """Return who comes by a link: the person it was made for, for whom there is one ticket."""
    return Visitor(
        person_id=person_id,
        name="",
        grants=(Grant(Role.RESIDENT, site_id),),
        units=frozenset(),
        only=ticket_id,
        language=language,
        session_id=None,
    )
