"""Signing in as whom a company's own issuer names."""

from services.portal.actions.sessions import end_sessions_of
from services.portal.domain.account import Account
from services.portal.domain.oidc import Identity
from services.portal.store.accounts import find_account, find_account_by_email, lock_account
from services.portal.store.identities import find_person, find_subject, link_identity
from services.portal.store.login_links import delete_login_links_of
from shared.db.transaction import Transaction
from shared.errors import Forbidden


class NoAccount(Forbidden):
    """The issuer knows the person, and there is no account of them here."""

    code = "no_account"


async def sign_in_by_identity(tx: Transaction, identity: Identity) -> Account:
    """Return the account of the person whom the issuer names: the one that they were linked to,
    or else the one that has the address which the issuer has verified, which is linked from now on.
    An account has one identity of an issuer, so that an address that another person is given later
    opens nothing. With the first one, what was signed in before is over: the account may have been
    used until now by a link that another person had.

    Raises NoAccount.
    """
    await tx.lock("identity", [f"{identity.issuer} {identity.subject}"])
    person_id = await find_person(tx, identity.issuer, identity.subject)
    if person_id is not None:
        account = await find_account(tx, person_id)
    elif identity.email is not None:
        account = await find_account_by_email(tx, identity.email)
        account = None if account is None else await lock_account(tx, account.person_id)
        if account is not None and account.email != identity.email:
            account = None  # it was changed meanwhile
    else:
        account = None
    if account is None or account.disabled_at is not None:
        raise _no_account()
    if person_id is None:
        if await find_subject(tx, identity.issuer, account.person_id) is not None:
            raise _no_account()
        link_identity(tx, identity.issuer, identity.subject, account.person_id)
        await end_sessions_of(tx, account.person_id)
        await delete_login_links_of(tx, account.person_id)
    return account


def _no_account() -> NoAccount:
    return NoAccount("There is no account here for this person; ask those who look after accounts.")
