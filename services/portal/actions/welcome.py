"""The first way in of a person who was invited: a link by mail, or where there is no mail, one that
is handed over.
"""

from datetime import timedelta

from services.portal.actions.known_people import demand_theirs
from services.portal.actions.limits import count_try
from services.portal.actions.login_links import (
    SendLink,
    address_of,
    make_login_link,
    sites_of,
)
from services.portal.actions.people import changed_by
from services.portal.adapters.apis import Apis
from services.portal.domain.account import Account
from services.portal.domain.limits import LINK_TO_ACCOUNT, Counted
from services.portal.domain.visitor import Visitor
from services.portal.store.accounts import find_account, lock_account
from services.portal.store.sessions import has_session
from shared.db.transaction import Database, Kind, Transaction
from shared.errors import Conflict

HANDED_OVER_FOR = timedelta(hours=24)
_NEW_FOR = timedelta(days=5)
"""A session is on record for longer: an account that is so new and has none was never used."""


class NotNew(Conflict):
    """The person has signed in: only they get a link now, by mail."""

    code = "account_not_new"


class HasOwnAddress(Conflict):
    """The person has given an e-mail address themself: only there a link goes."""

    code = "own_address"


async def send_welcome(database: Database, send: SendLink, account: Account) -> None:
    """Mail the person a link. Raises TooManyTries, and whatever sending fails with."""
    await count_try(database, Counted.of(LINK_TO_ACCOUNT, account.email or account.person_id))
    async with database.transaction(actor="portal") as tx:
        code = make_login_link(tx, account.person_id)
    await send(account.person_id, code, sites_of(account), address_of(account))


async def hand_over_link(database: Database, portal: Apis, person_id: str, *, by: Visitor) -> str:
    """Return the code of a link that the visitor hands over themself, good for a day. Only for an
    account that was never used, of a person who is nothing that the visitor does not look after and
    has no address of their own: who has such a link is that person, at every service. `portal` is
    who the portal is itself.

    Raises NotFound, NotTheirs, NotNew, KnownElsewhere, HasOwnAddress, NotLookedUp.
    """
    async with database.transaction(kind=Kind.READING) as tx:
        account = changed_by(await find_account(tx, person_id), by=by)
    person = await demand_theirs(portal, account.person_id, by=by)
    if person.own_email is not None:
        raise HasOwnAddress("This person has an address of their own; send them a link there.")
    async with database.transaction(actor=by.person_id) as tx:
        account = changed_by(await lock_account(tx, person_id), by=by)
        if not await is_new(tx, account):
            raise NotNew("This person has signed in before; send them a link by e-mail.")
        return make_login_link(tx, account.person_id, valid_for=HANDED_OVER_FOR, handed_over=True)


async def is_new(tx: Transaction, account: Account) -> bool:
    """Return whether the account was made lately, and never used."""
    return tx.now - account.created_at < _NEW_FOR and not await has_session(tx, account.person_id)
