"""Links to log in by: sent by mail, good for fifteen minutes, and once."""

import hashlib
import secrets
from collections.abc import Awaitable, Callable, Collection
from datetime import timedelta

from services.portal.actions.find_accounts import find_account_named
from services.portal.actions.limits import count_try
from services.portal.domain.account import Account
from services.portal.domain.limits import (
    CODE_FROM_ADDRESS,
    LINK_FROM_ADDRESS,
    LINK_TO_ACCOUNT,
    Counted,
)
from services.portal.domain.names import in_one_form
from services.portal.store import login_links as store
from services.portal.store.accounts import find_account
from services.portal.store.login_links import LoginLink
from shared.db.transaction import Database, Kind, Transaction
from shared.due_work import DueWork
from shared.errors import NotFound
from shared.ids import PersonId, new_id

LINK_VALID_FOR = timedelta(minutes=15)
INVITATION_VALID_FOR = timedelta(days=7)
_CODE_BYTES = 32

SendLink = Callable[[PersonId, str, Collection[str], str], Awaitable[None]]
"""Sends the code to a person, for whom it opens these sites, to no other address than that or one
that they gave themself; a person who is not known is answered alike.
"""


class LinkOver(NotFound):
    """There is no such link, or it was used, or its time is over: which of these is not said."""

    code = "link_over"


async def send_login_link(
    database: Database, send: SendLink, *, name: str, next: str, address: str
) -> None:
    """Have a link sent to the person whose account is called so. Where there is none, the same is
    done for no one, so that neither words nor time tell.

    Raises TooManyTries, and whatever sending fails with.
    """
    await count_try(
        database,
        Counted.of(LINK_TO_ACCOUNT, in_one_form(name)),
        Counted.of(LINK_FROM_ADDRESS, address),
    )
    async with database.transaction(actor="portal") as tx:
        account = await find_account_named(tx, name)
        person = PersonId(f"no-one-{new_id()}") if account is None else account.person_id
        code = make_login_link(tx, person, next=next)
    if account is None:
        await send(person, code, ["*"], "")
    else:
        await send(person, code, sites_of(account), address_of(account))


def make_login_link(
    tx: Transaction,
    person_id: PersonId,
    *,
    next: str = "/",
    valid_for: timedelta = LINK_VALID_FOR,
    handed_over: bool = False,
) -> str:
    """Store a link; return its code, which is stored nowhere. One that is `handed_over` goes to its
    person by way of another.
    """
    code, ends_at = secrets.token_urlsafe(_CODE_BYTES), tx.now + valid_for
    store.put_login_link(
        tx, _hash(code), person_id, next=next, ends_at=ends_at, handed_over=handed_over
    )
    tx.schedule(OLD_LOGIN_LINKS.name, ends_at + store.KEPT_AFTER)
    return code


async def find_login_link(database: Database, code: str, *, address: str) -> LoginLink:
    """Return the link, to be looked at: that uses nothing up, for mail programs open links too.

    Raises LinkOver, TooManyTries.
    """
    await count_try(database, Counted.of(CODE_FROM_ADDRESS, address))
    async with database.transaction(kind=Kind.READING) as tx:
        link = await store.find_login_link(tx, _hash(code))
        if link is None or not link.is_good(now=tx.now):
            raise _over()
    return link


async def use_login_link(tx: Transaction, code: str) -> tuple[Account, LoginLink]:
    """Use the link up; return it, and whose it is. Of two at once one gets in.

    Raises LinkOver.
    """
    used = await store.use_login_link(tx, _hash(code))
    link = await store.find_login_link(tx, _hash(code)) if used else None
    account = None if link is None else await find_account(tx, link.person_id)
    if link is None or account is None or account.disabled_at is not None:
        raise _over()
    return account, link


def sites_of(account: Account) -> Collection[str]:
    """Return the sites that the account opens."""
    return sorted({grant.site for grant in account.grants})


def address_of(account: Account) -> str:
    """Return the only address that a link may go to beside one that the person gave themself, empty
    for none: who else writes down how people are reached is not to become them.
    """
    return account.email or ""


OLD_LOGIN_LINKS = DueWork(
    name="old_login_links",
    next_due=store.next_old_login_link,
    claim=store.claim_old_login_links,
    act=store.delete_login_links,
    batch_size=1000,
)


def _hash(code: str) -> str:
    return hashlib.sha256(code.encode("utf-8", errors="replace")).hexdigest()


def _over() -> LinkOver:
    return LinkOver("This link was used, or its time is over. Ask for a new one.")
