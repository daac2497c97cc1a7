"""Whose a person is to let in. Who has an account is that person at every service, so an account
is made, and a way into it given, only by those who look after all that the person is known as.
"""

from services.portal.adapters.apis import Apis, Away, Refusal, path_of
from services.portal.domain.granting import may_grant_all
from services.portal.domain.known_person import KnownAs, KnownPerson
from services.portal.domain.visitor import Visitor
from shared.auth.caller import Role
from shared.errors import Conflict, Unavailable
from shared.ids import PersonId, SiteId


class KnownElsewhere(Conflict):
    """The person is more than the visitor looks after: at other sites, or in another role. Which of
    these, and where, is not said.
    """

    code = "known_elsewhere"


class NotLookedUp(Unavailable):
    """What else the person is cannot be asked right now."""

    code = "person_not_looked_up"


async def demand_theirs(portal: Apis, person_id: PersonId, *, by: Visitor) -> KnownPerson:
    """Return what the services know of the person, all of which the visitor looks after. `portal`
    is who the portal is itself: what people are elsewhere is not for the visitor to read.

    Raises KnownElsewhere, and NotLookedUp where notify does not say.
    """
    person = await find_known(portal, person_id)
    if not may_grant_all(by, person):
        raise KnownElsewhere("This person belongs to others besides, who let them in.")
    return person


async def find_known(portal: Apis, person_id: PersonId) -> KnownPerson:
    """Return what notify knows of the person. Raises NotLookedUp."""
    try:
        answer = await portal.notify.get(path_of("/v1/recipients/{}/acquaintance", person_id))
    except (Refusal, Away) as error:
        raise NotLookedUp("What this person is elsewhere cannot be asked now.") from error
    known = tuple(
        KnownAs(
            site=SiteId(each["site"]), role=None if each["role"] is None else Role(each["role"])
        )
        for each in answer["known"]
    )
    return KnownPerson(known=known, own_email=answer["own_email"])
