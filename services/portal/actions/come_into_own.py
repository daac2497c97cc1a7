"""What ends when a person first comes by their own means."""

from services.portal.actions.sessions import end_sessions_of
from services.portal.domain.account import Account
from services.portal.store.login_links import delete_login_links_of
from services.portal.store.own_sign_ins import note_own_sign_in
from services.portal.store.passwords import delete_password
from shared.db.transaction import Transaction
from shared.telemetry import get_logger

log = get_logger(__name__)


async def come_into_own(tx: Transaction, account: Account) -> bool:
    """Note that the person comes by their own means: by a link that was mailed, or from the
    company's issuer. The first time ends what a link may have begun that was handed over, which
    another person may have used: sessions, a password that was set in one, and links under way.
    Return whether anything was ended.
    """
    if not await note_own_sign_in(tx, account.person_id):
        return False
    sessions = await end_sessions_of(tx, account.person_id)
    had_password = await delete_password(tx, account.person_id)
    await delete_login_links_of(tx, account.person_id)
    if sessions or had_password:
        log.info("handed_over_ended", person=account.person_id, sessions=sessions)
    return bool(sessions) or had_password
