"""A person's own password."""

from services.portal.actions.limits import count_try, forget_tries
from services.portal.actions.sessions import end_sessions_of
from services.portal.actions.sign_in_by_password import Hasher, WrongPassword
from services.portal.domain.account import Account
from services.portal.domain.limits import PASSWORD_HERE, Counted
from services.portal.domain.passwords import Weakness, weakness_of
from services.portal.domain.session import Session
from services.portal.store.login_links import delete_login_links_of
from services.portal.store.passwords import find_password, save_password
from shared.auth.caller import Role
from shared.db.transaction import Database, Kind
from shared.errors import Forbidden, Invalid
from shared.telemetry import get_logger

log = get_logger(__name__)

FRESH_S = 15 * 60
"""Who signed in so lately may set a password without the one they have forgotten."""


class WeakPassword(Invalid):
    code = "weak_password"

    def __init__(self, weakness: Weakness) -> None:
        super().__init__("The password is too easily guessed.", weakness=weakness)
        self.weakness = weakness


def may_have_password(account: Account) -> bool:
    """Return whether the account may have a password: staff; residents have links."""
    return any(grant.role is not Role.RESIDENT for grant in account.grants)


async def has_password(database: Database, account: Account) -> bool:
    async with database.transaction(kind=Kind.READING) as tx:
        return await find_password(tx, account.person_id) is not None


def needs_current(session: Session, *, now_s: float) -> bool:
    """Return whether the password that there is has to be said to set another."""
    return now_s - session.created_at.timestamp() > FRESH_S


async def set_password(
    database: Database,
    hasher: Hasher,
    account: Account,
    session: Session,
    *,
    current: str,
    new: str,
    address: str,
) -> None:
    """Set the account's password, and end its other sessions and the links to log in by that are
    under way.

    Raises Forbidden, WeakPassword, WrongPassword for the current one, TooManyTries.
    """
    if not may_have_password(account):
        raise Forbidden("Residents sign in by link; they have no password.")
    own = (account.person_id, account.name, account.email or "", account.phone or "")
    if (weakness := weakness_of(new, own=own)) is not None:
        raise WeakPassword(weakness)
    tried = Counted.of(PASSWORD_HERE, account.person_id, address)
    async with database.transaction(kind=Kind.READING) as tx:
        known, now = await find_password(tx, account.person_id), tx.now
    if known is not None and needs_current(session, now_s=now.timestamp()):
        (here,) = await count_try(database, tried)
        if not await hasher.verify(current, known.hash):
            raise WrongPassword(here.left)
    hash = await hasher.hash(new)
    async with database.transaction(actor=account.person_id) as tx:
        save_password(tx, account.person_id, hash)
        await end_sessions_of(tx, account.person_id, excluding=session.id)
        await delete_login_links_of(tx, account.person_id)
        await forget_tries(tx, tried)
    log.info("password_set", person=account.person_id)
