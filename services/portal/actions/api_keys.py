"""API keys of integrations: made, revoked, and exchanged for tokens."""

import secrets
from collections.abc import Sequence
from uuid import UUID

from services.portal.actions.limits import count_try
from services.portal.domain.api_keys import (
    SECRET_BYTES,
    ApiKey,
    is_secret,
    key_text,
    read_key,
    secret_hash,
    subject_for,
)
from services.portal.domain.granting import may_grant, sites_granted
from services.portal.domain.limits import API_KEY_EXCHANGES, API_KEY_FROM_ADDRESS, Counted
from services.portal.domain.visitor import Visitor
from services.portal.store import api_keys as store
from shared.auth.caller import Grant, Role
from shared.db.transaction import Database, Kind, Transaction
from shared.errors import Conflict, Forbidden, Invalid, NotFound, Unauthenticated
from shared.ids import PersonId, SiteId, derived_id
from shared.telemetry import get_logger

log = get_logger(__name__)

MAX_NAME_LENGTH = 80
MAX_LISTED = 200


_MADE = UUID("2b7a1f0c-6f5e-4c0e-8f5b-0d6f9d0c7a11")


class UnknownKey(Unauthenticated):
    """There is no such key, or it was revoked; which of them is not said."""

    code = "unknown_api_key"


class KeyMade(Conflict):
    """The same form was sent before: its key was shown then."""

    code = "api_key_made"


async def make_key(
    tx: Transaction, name: str, sites: Sequence[SiteId], *, form_key: str, by: Visitor
) -> tuple[ApiKey, str]:
    """Store a new key for an integration at these sites; return it, and its text, which is stored
    nowhere. The same form (`form_key`) makes one. Raises Invalid, Forbidden, KeyMade.
    """
    name = name.strip()
    if not name or len(name) > MAX_NAME_LENGTH or not name.isprintable():
        raise Invalid(f"A name has 1 to {MAX_NAME_LENGTH} characters.", field="name")
    if not sites:
        raise Invalid("Say for which sites the key is.", field="sites")
    _demand_right(sites, by=by)
    id, secret = derived_id(_MADE, by.person_id or "", form_key), secrets.token_bytes(SECRET_BYTES)
    await tx.lock("api_key", [id])
    if await store.find_key(tx, id) is not None:
        raise KeyMade("This key was made, and shown, a moment ago.")
    key = ApiKey(
        id=id,
        subject=subject_for(id),
        name=name,
        sites=frozenset(sites),
        made_by=PersonId(by.person_id or ""),
        made_at=tx.now,
        last_used_at=None,
        revoked_at=None,
    )
    store.insert_key(tx, key, secret_hash=secret_hash(secret))
    tx.after_commit(lambda: log.info("api_key_made", key=str(id), by=by.person_id))
    return key, key_text(id, secret)


async def list_keys(tx: Transaction, *, by: Visitor) -> Sequence[ApiKey]:
    """Return the keys that the visitor could have made."""
    return await store.list_keys(tx, sites_granted(by, Role.INTEGRATION), limit=MAX_LISTED)


async def revoke_key(tx: Transaction, id: UUID, *, by: Visitor) -> None:
    """End the key: it gets no more tokens; the last is over within ten minutes. One that is revoked
    already stays so. Raises NotFound.
    """
    key = await store.lock_key(tx, id)
    if key is None or not all(_may_make_at(site, by=by) for site in key.sites):
        raise NotFound("There is no such key.")
    await store.revoke_key(tx, id)
    tx.after_commit(lambda: log.info("api_key_revoked", key=str(id), by=by.person_id))


async def prove_key(database: Database, text: str, *, address: str) -> ApiKey:
    """Return the key whose text this is, and note that it was used.

    Raises UnknownKey, TooManyTries.
    """
    read = read_key(text)
    async with database.transaction(kind=Kind.READING) as tx:
        found = None if read is None else await store.find_key(tx, read[0])
    if read is None or found is None or not is_secret(read[1], found[1]):
        await count_try(database, Counted.of(API_KEY_FROM_ADDRESS, address))
        raise _unknown()
    key = found[0]
    await count_try(database, Counted.of(API_KEY_EXCHANGES, str(key.id)))
    if key.revoked_at is not None:
        raise _unknown()
    async with database.transaction(actor=key.subject) as tx:
        await store.note_use(tx, key.id)
    return key


def grants_of(key: ApiKey) -> tuple[Grant, ...]:
    """Return what the bearer of the key's tokens is."""
    return tuple(Grant(Role.INTEGRATION, site) for site in sorted(key.sites))


def _demand_right(sites: Sequence[SiteId], *, by: Visitor) -> None:
    for site in sites:
        if not _may_make_at(site, by=by):
            raise Forbidden(f"Keys for {site} are for its admins to make.", site=site)


def _may_make_at(site: SiteId, *, by: Visitor) -> bool:
    return may_grant(by, Grant(Role.INTEGRATION, site))


def _unknown() -> UnknownKey:
    return UnknownKey("There is no such API key, or it was revoked.")
