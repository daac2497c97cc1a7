"""Contacts of many people at once, and what follows for where their mails go."""

from collections import defaultdict
from collections.abc import Collection, Mapping

from services.notify.domain.access import may_register_for, may_see, sites_managed
from services.notify.domain.channels import Channel
from services.notify.domain.contacts import Contact, ContactsGiven
from services.notify.store.contacts import save_contacts
from services.notify.store.login_links import delete_login_links_of
from services.notify.store.mailboxes import find_addresses, save_mailboxes
from services.notify.store.reachability import settle_reachability
from services.notify.store.recipients import find_acquaintances
from shared.auth.caller import Caller
from shared.db.transaction import Transaction
from shared.errors import Forbidden
from shared.ids import PersonId, SiteId


async def put_contacts(
    tx: Transaction,
    given: Mapping[PersonId, ContactsGiven],
    *,
    by: Caller,
    channels: Collection[Channel] = frozenset(Channel),
) -> frozenset[PersonId]:
    """Save what is named of these people's contacts, in one statement: of those whom the caller
    shares a site with, and of those who are not known anywhere yet; each of them is locked. Return
    the others, whose contacts stay as they are. `channels` are those that are on.

    Raises Forbidden for a caller who is neither staff nor an integration and names another than
    themself.
    """
    if not all(may_see(by, person) for person in given):
        raise Forbidden("Only the person, staff and integrations may do this.")
    await tx.lock("recipient", given)
    theirs = await _theirs(tx, given, by=by)
    await put_mailboxes(tx, theirs, by=by, again=False)
    await save_contacts(tx, theirs)
    await settle_reachability(tx, theirs, channels)
    return frozenset(given) - frozenset(theirs)


async def put_mailboxes(
    tx: Transaction, given: Mapping[PersonId, ContactsGiven], *, by: Caller, again: bool
) -> None:
    """Save where the mails go of those whose address is named, before the address itself is saved.
    What the caller may not see of a person is not sent to an address that they give, nor a link to
    log in by that is under way; with `again` one that was undeliverable is tried anew.
    """
    emails: dict[frozenset[SiteId] | None, dict[PersonId, str | None]] = defaultdict(dict)
    for person, each in given.items():
        if Contact.EMAIL in each.named:
            emails[sites_managed(by, person)][person] = each.email
    known = await find_addresses(tx, given) if emails else {}
    moved = [
        person
        for of_people in emails.values()
        for person, email in of_people.items()
        if known.get(person) != email
    ]
    await delete_login_links_of(tx, moved)
    for sites, of_people in emails.items():
        await save_mailboxes(tx, of_people, sites=sites, by=by.id, again=again)


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
