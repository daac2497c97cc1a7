"""Accounts as those who look after people list and look for them."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from pydantic_core import to_json
from sqlalchemy import text

from services.portal.domain.account import Account
from services.portal.store.accounts import ACCOUNT_COLUMNS, account_of
from shared.db.transaction import Transaction

_BY_PHONE = text(f"""
    select {ACCOUNT_COLUMNS} from accounts where phone = :phone order by person_id limit 2""")
_LIST = text(f"""
    select {ACCOUNT_COLUMNS} from accounts a
    where (cast(:sites as jsonb) is null or exists (
        select from jsonb_array_elements(a.grants) as g
        where cast(:sites as jsonb) ? (g ->> 'site')))
      and (cast(:role as text) is null or exists (
        select from jsonb_array_elements(a.grants) as g
        where g ->> 'role' = :role
          and (cast(:sites as jsonb) is null or cast(:sites as jsonb) ? (g ->> 'site'))))
      and (cast(:disabled as boolean) is null or (disabled_at is not null) = :disabled)
      and (cast(:like as text) is null
        or concat_ws(' ', person_id, name, email, phone, units::text) ilike :like escape '!')
      and (cast(:after_name as text) is null
        or (name, person_id) > (cast(:after_name as text), cast(:after_id as text)))
    order by name, person_id limit :limit""")


@dataclass(frozen=True, kw_only=True)
class Wanted:
    """Which accounts: of these sites (None: of any), with that role at one of them, disabled or
    not, with that text in their names, contacts or flats.
    """

    sites: Collection[str] | None
    role: str | None = None
    disabled: bool | None = None
    text: str | None = None


async def find_account_by_phone(tx: Transaction, phone: str) -> Account | None:
    """Return the account with that number (`+8613800138000`), where it is one alone."""
    rows = await tx.rows(_BY_PHONE, phone=phone)
    return account_of(rows[0]) if len(rows) == 1 else None


async def list_accounts(
    tx: Transaction, wanted: Wanted, *, after: tuple[str, str] | None, limit: int
) -> Sequence[Account]:
    """Return the accounts by name, those behind `after` (name and person)."""
    rows = await tx.rows(
        _LIST,
        sites=None if wanted.sites is None else to_json(sorted(wanted.sites)).decode(),
        role=wanted.role,
        disabled=wanted.disabled,
        like=None if wanted.text is None else f"%{_escaped(wanted.text)}%",
        after_name=None if after is None else after[0],
        after_id=None if after is None else after[1],
        limit=limit,
    )
    return [account_of(row) for row in rows]


def _escaped(text: str) -> str:
    """Return the text so that none of its signs stands for others."""
    return text.replace("!", "!!").replace("%", "!%").replace("_", "!_")
