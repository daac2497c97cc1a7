"""The way in of the first admin, who invites all others: for those who run the machines."""

from dataclasses import replace
from datetime import timedelta

from services.portal.actions.login_links import make_login_link
from services.portal.domain.account import Account
from services.portal.domain.language import DEFAULT
from services.portal.store.accounts import lock_account, save_account
from shared.auth.caller import EVERY_SITE, Grant, Role
from shared.db.transaction import Transaction
from shared.ids import PersonId, SiteId

ADMIN_LINK_VALID_FOR = timedelta(hours=1)
_ADMIN = Grant(Role.ADMIN, SiteId(EVERY_SITE))


async def make_admin_link(tx: Transaction, person_id: str, *, name: str, email: str | None) -> str:
    """Return the code of a login link for the person, whose account is made, opened and an admin's
    of every site, as far as it is not. A name and an address that it has stay.
    """
    account = await lock_account(tx, person_id) or Account(
        person_id=PersonId(person_id),
        name=name,
        email=email,
        phone=None,
        language=DEFAULT,
        grants=(),
        units=frozenset(),
        created_at=tx.now,
        disabled_at=None,
        version=0,
    )
    grants = account.grants if _ADMIN in account.grants else (*account.grants, _ADMIN)
    after = replace(account, grants=grants, disabled_at=None)
    if after != account or account.version == 0:
        save_account(tx, replace(after, version=account.version + 1))
    return make_login_link(tx, account.person_id, valid_for=ADMIN_LINK_VALID_FOR)
