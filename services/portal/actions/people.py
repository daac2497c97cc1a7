"""Accounts as those who look after people make and change them."""

from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

from services.portal.actions.known_people import KnownElsewhere, NotLookedUp, demand_theirs
from services.portal.actions.limits import count_try
from services.portal.actions.people_elsewhere import (
    reach_invited,
    record_grant,
    record_without,
    save_contacts,
)
from services.portal.adapters.apis import Apis
from services.portal.domain.account import Account
from services.portal.domain.granting import may_change, may_grant, may_see
from services.portal.domain.invitation import Contacts, Invitation
from services.portal.domain.limits import INVITATIONS, Counted
from services.portal.domain.visitor import Visitor
from services.portal.store.accounts import (
    find_account,
    find_account_by_email,
    lock_account,
    save_account,
)
from services.portal.store.login_links import delete_login_links_of
from shared.auth.caller import Grant, Role
from shared.db.transaction import Database, Kind, Transaction
from shared.errors import Conflict, Forbidden, NotFound
from shared.ids import PersonId, derived_id
from shared.telemetry import get_logger

log = get_logger(__name__)

_INVITED = UUID("6f1c2b0e-3f0a-4c55-9a54-5d3a6a3d9a10")
_NEW_ID_LENGTH = 24
"""Of a new person's id, in hexadecimal: longer than a form's key can be looked for that makes the
id of another person.
"""


class MayNotGrant(Forbidden):
    """No one grants more than they have."""

    code = "may_not_grant"


class NotTheirs(Forbidden):
    """The account is something at other sites too, or one's own."""

    code = "not_your_account"


class AccountTaken(Conflict):
    """Another account has this person, or this e-mail address."""

    code = "account_taken"


@dataclass(frozen=True, kw_only=True)
class Invited:
    """`is_reachable`: notify has stored how the person is reached."""

    account: Account
    is_new: bool
    is_reachable: bool


async def see_account(tx: Transaction, person_id: str, *, by: Visitor) -> Account:
    """Return the account. Raises NotFound for one of other sites."""
    return seen_by(await find_account(tx, person_id), by=by)


async def invite(
    database: Database, apis: Apis, portal: Apis, invitation: Invitation, *, key: str, by: Visitor
) -> Invited:
    """Make an account for the person, or add what they are invited as to the one that they have;
    tickets and notify are told as the visitor. The same form (`key`) twice makes one account. One
    who was known before is invited by those who look after all that they are, which `portal` asks
    as itself, and is reached at the address that they gave themself, if they gave one.

    Raises MayNotGrant, NotTheirs, AccountTaken, KnownElsewhere, NotLookedUp, TooManyTries, and what
    the services refuse with (Refusal, Away): then there is no account.
    """
    if not may_grant(by, invitation.grant):
        raise MayNotGrant("You may not give this role at this site.")
    await count_try(database, Counted.of(INVITATIONS, by.person_id or ""))
    contacts = invitation.contacts
    person_id = PersonId(invitation.person_id or _new_person(by, key))
    async with database.transaction(kind=Kind.READING) as tx:
        before = await _known(tx, person_id, contacts.email, by=by)
    if before is not None and before.person_id == by.person_id:
        raise _own()
    if before is not None:
        person_id = before.person_id
    elif invitation.person_id is not None:
        person = await demand_theirs(portal, person_id, by=by)
        contacts = replace(contacts, email=person.own_email or contacts.email)
    units = await record_grant(apis, person_id, invitation.grant, unit=invitation.unit)
    async with database.transaction(actor=by.person_id) as tx:
        await tx.lock("invitation", {person_id, contacts.email or person_id})
        known = await _known(tx, person_id, contacts.email, by=by)
        if known is None and before is not None:
            raise _taken()  # it was deleted meanwhile, and none was asked whose the person is
        account = _with(known or _empty(person_id, contacts, at=tx.now), invitation.grant, units)
        if account != known:
            save_account(tx, account)
    id, role = account.person_id, invitation.grant.role
    log_change("account_invited", id, by, role=role, new=known is None)
    listens = invitation.grant if invitation.listens else None
    told = await reach_invited(apis, portal, id, contacts_of(account), listens=listens, by=by)
    return Invited(account=account, is_new=known is None, is_reachable=told)


async def add_grant(
    database: Database, apis: Apis, person_id: str, grant: Grant, *, unit: str | None, by: Visitor
) -> None:
    """Give the person a role at a site. Raises NotFound, MayNotGrant, NotTheirs, Refusal, Away."""
    await _demand_grant(database, person_id, grant, by=by)
    units = await record_grant(apis, PersonId(person_id), grant, unit=unit)
    async with database.transaction(actor=by.person_id) as tx:
        account = seen_by(await lock_account(tx, person_id), by=by)
        save_account(tx, _with(account, grant, units))
    log_change("role_given", person_id, by, role=grant.role, site=grant.site)


async def remove_grant(
    database: Database, apis: Apis, person_id: str, grant: Grant, *, by: Visitor
) -> None:
    """Take a role at a site away from the person: their sessions know within seconds. Raises
    NotFound, MayNotGrant, NotTheirs, Refusal, Away.
    """
    await _demand_grant(database, person_id, grant, by=by)
    await record_without(apis, PersonId(person_id), grant)
    async with database.transaction(actor=by.person_id) as tx:
        account = seen_by(await lock_account(tx, person_id), by=by)
        grants = tuple(each for each in account.grants if each != grant)
        lives = any(each.role is Role.RESIDENT for each in grants)
        units = account.units if lives else frozenset()
        save_account(tx, replace(account, grants=grants, units=units, version=account.version + 1))
    log_change("role_taken_away", person_id, by, role=grant.role, site=grant.site)


async def change_contacts(
    database: Database, apis: Apis, portal: Apis, person_id: str, contacts: Contacts, *, by: Visitor
) -> bool:
    """Store what the person is called and how they are reached, here and at notify; return whether
    notify did. Links that are under way to an address of before are over. Another address to sign
    in with is given by those who look after all that the person is, which `portal` asks as itself;
    with the same one, the address that they gave themself stays at notify.

    Raises NotFound, NotTheirs, AccountTaken, KnownElsewhere, NotLookedUp, Refusal.
    """
    async with database.transaction(kind=Kind.READING) as tx:
        account = changed_by(await find_account(tx, person_id), by=by)
    refused: KnownElsewhere | NotLookedUp | None = None
    has_own = True
    try:
        has_own = (await demand_theirs(portal, account.person_id, by=by)).own_email is not None
    except (KnownElsewhere, NotLookedUp) as error:
        refused = error
    async with database.transaction(actor=by.person_id) as tx:
        account = changed_by(await lock_account(tx, person_id), by=by)
        moves = contacts.email != account.email
        if moves and refused is not None:
            raise refused
        if moves and contacts.email is not None:
            await tx.lock("invitation", [contacts.email])
            if await find_account_by_email(tx, contacts.email) is not None:
                raise _taken()
        if moves:
            await delete_login_links_of(tx, account.person_id)
        save_account(
            tx,
            replace(
                account,
                name=contacts.name,
                email=contacts.email,
                phone=contacts.phone,
                language=contacts.language,
                version=account.version + 1,
            ),
        )
    log_change("account_contacts_changed", person_id, by, moved=moves)
    if isinstance(refused, NotLookedUp):
        return False
    return await save_contacts(
        apis, account.person_id, contacts, listens=None, with_email=moves or not has_own
    )


def contacts_of(account: Account) -> Contacts:
    """Return how the account's person is reached."""
    return Contacts(
        name=account.name, email=account.email, phone=account.phone, language=account.language
    )


async def _known(
    tx: Transaction, person_id: PersonId, email: str | None, *, by: Visitor
) -> Account | None:
    """Return the account of the person, or with that address. Raises AccountTaken for two, for
    another person's, and for one of other sites, of which nothing else is told.
    """
    of_person = await find_account(tx, person_id)
    with_email = None if email is None else await find_account_by_email(tx, email)
    found = of_person or with_email
    if found is None:
        return None
    is_other = with_email is not None and with_email.person_id != found.person_id
    if is_other or not may_see(by, found):
        raise _taken()
    return found


async def _demand_grant(database: Database, person_id: str, grant: Grant, *, by: Visitor) -> None:
    """Raise NotFound, NotTheirs or MayNotGrant unless the visitor gives and takes away this role
    of this person.
    """
    async with database.transaction(kind=Kind.READING) as tx:
        account = await see_account(tx, person_id, by=by)
    if account.person_id == by.person_id:
        raise _own()
    if not may_grant(by, grant):
        raise MayNotGrant("You may not give or take this role at this site.")


def seen_by(account: Account | None, *, by: Visitor) -> Account:
    """Return the account. Raises NotFound where the visitor sees none."""
    if account is None or not may_see(by, account):
        raise NotFound("There is no such account at your sites.")
    return account


def changed_by(account: Account | None, *, by: Visitor) -> Account:
    """Return the account, which the visitor changes as a whole. Raises NotFound, NotTheirs."""
    account = seen_by(account, by=by)
    if not may_change(by, account):
        raise NotTheirs("This account is for others to change.")
    return account


def _empty(person_id: PersonId, contacts: Contacts, *, at: datetime) -> Account:
    return Account(
        person_id=person_id,
        name=contacts.name,
        email=contacts.email,
        phone=contacts.phone,
        language=contacts.language,
        grants=(),
        units=frozenset(),
        created_at=at,
        disabled_at=None,
        version=0,
    )


def _with(account: Account, grant: Grant, units: Collection[str]) -> Account:
    """Return the account with the grant and the flats; the same where it has them."""
    grants = account.grants if grant in account.grants else (*account.grants, grant)
    after = replace(account, grants=grants, units=account.units | frozenset(units))
    return account if after == account else replace(after, version=account.version + 1)


def _new_person(by: Visitor, key: str) -> str:
    """Return the id of a person who has none: the same for the same form."""
    return f"p-{derived_id(_INVITED, by.person_id or '', key).hex[:_NEW_ID_LENGTH]}"


def _own() -> NotTheirs:
    return NotTheirs("What you are is for others to say.")


def _taken() -> AccountTaken:
    return AccountTaken("This person or this e-mail address has another account.")


def log_change(event: str, person: str, by: Visitor, **more: object) -> None:
    """Log that the visitor has changed something of the person's account."""
    log.info(event, person=person, by=by.person_id, **more)
