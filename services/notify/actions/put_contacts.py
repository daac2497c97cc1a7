"""Contacts of many people at once, and the people whom a telephone number belongs to."""

from collections.abc import Mapping

from services.notify.actions.seeing import sites_asked
from services.notify.domain.access import may_register_for, may_see, sites_managed
from services.notify.domain.contacts import ContactsGiven
from services.notify.domain.recipient import Recipient
from services.notify.store.contacts import list_with_phone, save_contacts
from services.notify.store.recipients import find_acquaintances
from shared.auth.caller import Caller
from shared.db.transaction import Transaction
from shared.errors import Forbidden
from shared.ids import PersonId, SiteId

MAX_CONTACTS_AT_ONCE = 1000
"""People in one call, each of whom is locked."""


async def put_contacts(
    tx: Transaction, given: Mapping[PersonId, ContactsGiven], *, by: Caller
) -> frozenset[PersonId]:
    """Save what is named of the contacts of at most 1000 people, in one statement: of those whom
    the caller shares a site with, and of those who are not known anywhere yet. Return the others,
    whose contacts stay as they are.

    Raises Forbidden for a caller who is neither staff nor an integration and names another than
    themself.
    """
    if not all(may_see(by, person) for person in given):
        raise Forbidden("Only the person, staff and integrations may do this.")
    await tx.lock("recipient", given)
    theirs = await _theirs(tx, given, by=by)
    await save_contacts(tx, theirs)
    return frozenset(given) - frozenset(theirs)


async def list_by_phone(
    tx: Transaction, phone: str, *, by: Caller, site: SiteId | None, after: str, limit: int
) -> list[Recipient]:
    """Return the people with that telephone number (E.164) at the caller's sites, or at `site`
    alone, by id; of what they listen to, what is at these. Raises NotFound for a site that is not
    the caller's.
    """
    sites = sites_asked(site, by=by)
    found = await list_with_phone(tx, phone, sites=sites, after=after, limit=limit)
    return [each.seen_at(sites) for each in found]


async def _theirs(
    tx: Transaction, given: Mapping[PersonId, ContactsGiven], *, by: Caller
) -> Mapping[PersonId, ContactsGiven]:
    """Return those of the people whose contacts the caller may say."""
    others = [person for person in given if person != by.id]
    sites = sites_managed(by, others[0]) if others else None
    if sites is None:
        return given
    known = await find_acquaintances(tx, others, sites)
    return {
        person: each
        for person, each in given.items()
        if person == by.id or may_register_for(by, person, known[person])
    }
