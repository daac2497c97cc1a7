"""What a person sees of their own account."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from services.portal.actions.sessions import end_session, end_sessions_of
from services.portal.domain.account import Account
from services.portal.domain.session import Session
from services.portal.store.accounts import find_account
from services.portal.store.login_links import delete_login_links_of
from services.portal.store.passwords import find_password
from services.portal.store.sessions import list_sessions
from services.portal.store.ticket_links import end_ticket_links
from shared.db.transaction import Database, Kind, Transaction
from shared.errors import NotFound
from shared.ids import PersonId


@dataclass(frozen=True, kw_only=True)
class Own:
    """The account, the sessions that are still good, and whether there is a password."""

    account: Account
    sessions: Sequence[Session]
    has_password: bool


async def see_own(database: Database, person_id: PersonId) -> Own:
    """Return what there is of the person. Raises NotFound for one without an account."""
    async with database.transaction(kind=Kind.READING) as tx:
        account = await find_account(tx, person_id)
        if account is None:
            raise NotFound("There is no such account any more.")
        return Own(
            account=account,
            sessions=await list_sessions(tx, person_id),
            has_password=await find_password(tx, person_id) is not None,
        )


async def end_own_session(tx: Transaction, id: UUID, person_id: PersonId) -> None:
    """End one of the person's sessions. Raises NotFound for another's, and one that is over."""
    if not await end_session(tx, id, person_id=person_id):
        raise NotFound("This session is over already.")


async def end_others(tx: Transaction, person_id: PersonId, *, excluding: UUID | None) -> None:
    """End the person's sessions but that one, and the links that they were given: to tickets, and
    to log in by.
    """
    await end_sessions_of(tx, person_id, excluding=excluding)
    await delete_login_links_of(tx, person_id)
    end_ticket_links(tx, person_id)
