"""Signing in with a password."""

from typing import Protocol

from services.portal.actions.find_accounts import find_account_named
from services.portal.actions.limits import count_try, forget_tries
from services.portal.domain.account import Account
from services.portal.domain.limits import (
    PASSWORD_FROM_ADDRESS,
    PASSWORD_HERE,
    PASSWORD_OF_ACCOUNT,
    Counted,
)
from services.portal.domain.names import in_one_form
from services.portal.domain.passwords import MAX_LENGTH
from services.portal.store.passwords import find_password, replace_hash
from shared.db.transaction import Database, Kind
from shared.errors import Forbidden


class WrongPassword(Forbidden):
    """The account or its password is wrong; which of them is not said. `left` is how many tries
    there are.
    """

    code = "wrong_password"

    def __init__(self, left: int) -> None:
        super().__init__("The account or the password is wrong.", left=left)
        self.left = left


class Hasher(Protocol):
    async def hash(self, password: str) -> str: ...

    async def verify(self, password: str, stored: str | None) -> bool: ...

    def is_outdated(self, stored: str) -> bool: ...


async def sign_in_by_password(
    database: Database, hasher: Hasher, *, name: str, password: str, address: str
) -> Account:
    """Return the account that has that name and password. An account that is not there, is
    disabled or has no password takes as long and is answered alike.

    Raises WrongPassword, TooManyTries.
    """
    called = in_one_form(name)
    here = Counted.of(PASSWORD_HERE, called, address)
    account_here, *_ = await count_try(
        database,
        here,
        Counted.of(PASSWORD_OF_ACCOUNT, called),
        Counted.of(PASSWORD_FROM_ADDRESS, address),
    )
    async with database.transaction(kind=Kind.READING) as tx:
        account = await find_account_named(tx, name)
        known = None if account is None else await find_password(tx, account.person_id)
    given = password[: MAX_LENGTH + 1]
    right = await hasher.verify(given, None if known is None else known.hash)
    if account is None or known is None or not right:
        raise WrongPassword(account_here.left)
    fresh = await hasher.hash(given) if hasher.is_outdated(known.hash) else None
    async with database.transaction(actor=account.person_id) as tx:
        await forget_tries(tx, here)
        if fresh is not None:
            await replace_hash(tx, account.person_id, before=known.hash, hash=fresh)
    return account
