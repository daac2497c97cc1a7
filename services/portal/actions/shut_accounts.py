"""Accounts that are shut, opened again, and deleted."""

from dataclasses import replace

from services.portal.actions.known_people import find_known
from services.portal.actions.people import changed_by, log_change
from services.portal.actions.people_elsewhere import end_records, forget_contacts
from services.portal.actions.sessions import end_sessions_of
from services.portal.adapters.apis import Apis
from services.portal.domain.granting import may_grant_all
from services.portal.domain.visitor import Visitor
from services.portal.store.accounts import delete_account, find_account, lock_account, save_account
from services.portal.store.identities import unlink_identities
from services.portal.store.login_links import delete_login_links_of
from services.portal.store.own_sign_ins import forget_own_sign_ins
from services.portal.store.passwords import delete_password
from services.portal.store.saved_filters import delete_filters_of
from services.portal.store.ticket_links import end_ticket_links
from shared.db.transaction import Database, Kind, Transaction
from shared.ids import PersonId


async def disable_account(tx: Transaction, person_id: str, *, by: Visitor) -> None:
    """Shut the account: its sessions and links end, and no way leads in until it is enabled.
    Raises NotFound, NotTheirs.
    """
    account = changed_by(await lock_account(tx, person_id), by=by)
    if account.disabled_at is None:
        save_account(tx, replace(account, disabled_at=tx.now, version=account.version + 1))
    await _end_ways_in(tx, account.person_id)
    tx.after_commit(lambda: log_change("account_disabled", person_id, by))


async def enable_account(tx: Transaction, person_id: str, *, by: Visitor) -> None:
    """Open the account again, with new ways in: also what began while it was being shut is over.
    Raises NotFound, NotTheirs.
    """
    account = changed_by(await lock_account(tx, person_id), by=by)
    if account.disabled_at is not None:
        await _end_ways_in(tx, account.person_id)
        save_account(tx, replace(account, disabled_at=None, version=account.version + 1))
        tx.after_commit(lambda: log_change("account_enabled", person_id, by))


async def remove_account(
    database: Database, apis: Apis, portal: Apis, person_id: str, *, by: Visitor
) -> None:
    """Delete the account and all ways in, and what tickets and notify keep of the person; links
    that they were given open nothing any more. How one is reached who is known elsewhere too stays
    for those there. `portal` is who the portal is itself.

    Raises NotFound, NotTheirs, NotLookedUp, Refusal, Away.
    """
    async with database.transaction(actor=by.person_id) as tx:
        await disable_account(tx, person_id, by=by)  # what follows may fail, and be tried again
    async with database.transaction(kind=Kind.READING) as tx:
        account = changed_by(await find_account(tx, person_id), by=by)
    if may_grant_all(by, await find_known(portal, account.person_id)):
        await forget_contacts(apis, account.person_id)
    await end_records(apis, account.person_id, {grant.site for grant in account.grants})
    async with database.transaction(actor=by.person_id) as tx:
        await _end_ways_in(tx, account.person_id)
        await delete_password(tx, account.person_id)
        await forget_own_sign_ins(tx, account.person_id)
        await unlink_identities(tx, account.person_id)
        await delete_filters_of(tx, account.person_id)
        await delete_account(tx, account.person_id)
    log_change("account_removed", person_id, by)


async def _end_ways_in(tx: Transaction, person_id: PersonId) -> None:
    await end_sessions_of(tx, person_id)
    await delete_login_links_of(tx, person_id)
    end_ticket_links(tx, person_id)
