"""Whose account is meant by what a person types to sign in."""

from services.portal.domain.account import Account
from services.portal.domain.names import telephone_number
from services.portal.store.account_lists import find_account_by_phone
from services.portal.store.accounts import find_account, find_account_by_email
from shared.db.transaction import Transaction

MAX_NAME_LENGTH = 255


async def find_account_named(tx: Transaction, name: str) -> Account | None:
    """Return the account that is called so: by its e-mail address, its person, or its telephone
    number; None for one that is not there, or was disabled.
    """
    name = name.strip()
    if not name or len(name) > MAX_NAME_LENGTH or not name.isprintable():
        return None
    account = await find_account_by_email(tx, name) if "@" in name else None
    account = account or await find_account(tx, name)
    if account is None and (phone := telephone_number(name)) is not None:
        account = await find_account_by_phone(tx, phone)
    return None if account is None or account.disabled_at is not None else account
