"""Accounts."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import text

from services.portal.domain.account import Account
from services.portal.domain.language import DEFAULT, as_language
from services.portal.store.tables import ACCOUNTS
from shared.auth.caller import Grant, Role
from shared.db.reads import Lookup
from shared.db.transaction import Transaction
from shared.ids import PersonId, SiteId

ACCOUNT_COLUMNS = (
    "person_id, name, email, phone, language, grants, units, created_at, disabled_at, version"
)
_ONE = Lookup(f"select {ACCOUNT_COLUMNS} from accounts where person_id = :id", id="text")
_BY_EMAIL = Lookup(f"select {ACCOUNT_COLUMNS} from accounts where email = :email", email="text")
_DELETE = text("delete from accounts where person_id = :id")
_LOCKED = text(f"select {ACCOUNT_COLUMNS} from accounts where person_id = :id for update")


async def find_account(tx: Transaction, person_id: str) -> Account | None:
    """Return the person's account, also a disabled one."""
    rows = await tx.lookup(_ONE, id=person_id)
    return account_of(rows[0]) if rows else None


async def find_account_by_email(tx: Transaction, email: str) -> Account | None:
    """Return the account with that address, in whatever case it is written."""
    rows = await tx.lookup(_BY_EMAIL, email=email.strip().lower())
    return account_of(rows[0]) if rows else None


async def lock_account(tx: Transaction, person_id: str) -> Account | None:
    """Return the account, which no other transaction changes until this one ends."""
    row = await tx.row(_LOCKED, id=person_id)
    return None if row is None else account_of(row)


def save_account(tx: Transaction, account: Account) -> None:
    """Insert the account, or overwrite the person's."""
    tx.save(
        ACCOUNTS,
        account,
        grants=[{"role": str(each.role), "site": each.site} for each in account.grants],
        units=sorted(account.units),
    )


async def delete_account(tx: Transaction, person_id: str) -> None:
    await tx.execute(_DELETE, id=person_id)


def account_of(row: Mapping[str, Any]) -> Account:
    """Return the account of a row with ACCOUNT_COLUMNS."""
    return Account(
        person_id=PersonId(row["person_id"]),
        name=row["name"],
        email=row["email"],
        phone=row["phone"],
        language=as_language(row["language"]) or DEFAULT,
        grants=tuple(Grant(Role(each["role"]), SiteId(each["site"])) for each in row["grants"]),
        units=frozenset(row["units"]),
        created_at=row["created_at"],
        disabled_at=row["disabled_at"],
        version=row["version"],
    )
