"""Sessions: begun at a sign-in, found with every request, ended everywhere within seconds."""

import hashlib
import secrets
import time
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from services.portal.domain.account import Account
from services.portal.domain.session import LIFETIMES, Session, SessionKind, kind_for
from services.portal.store import sessions as store
from shared.db.transaction import Database, Kind, Transaction
from shared.due_work import DueWork
from shared.ids import PersonId, TicketId, new_id

_TOKEN_BYTES = 32
_REMEMBERED_S = 2.0
"""How old what is known of a session may be: one that ends is dead everywhere within seconds."""
_MAX_REMEMBERED = 20_000
_MAX_USER_AGENT = 300

OLD_SESSIONS = DueWork(
    name="old_sessions",
    next_due=store.next_old_session,
    claim=store.claim_old_sessions,
    act=store.delete_sessions,
    batch_size=1000,
)


@dataclass(frozen=True, kw_only=True)
class SignedIn:
    """A session that may be used, with its account; a link's has none."""

    session: Session
    account: Account | None


def begin_session(
    tx: Transaction,
    *,
    person_id: PersonId | None,
    kind: SessionKind,
    user_agent: str = "",
    address_prefix: str = "",
    only_ticket: TicketId | None = None,
) -> tuple[Session, str]:
    """Store a new session; return it with its token, of which only the hash is stored."""
    lifetime, token = LIFETIMES[kind], secrets.token_urlsafe(_TOKEN_BYTES)
    session = Session(
        id=new_id(),
        person_id=person_id,
        kind=kind,
        only_ticket=only_ticket,
        csrf_secret=secrets.token_urlsafe(_TOKEN_BYTES),
        created_at=tx.now,
        seen_at=tx.now,
        ends_at=tx.now + lifetime.longest,
        idle_s=int(lifetime.idle.total_seconds()),
        user_agent=_plain(user_agent),
        address_prefix=address_prefix,
        revoked_at=None,
    )
    store.insert_session(tx, session, token_hash=token_hash(token))
    tx.schedule(OLD_SESSIONS.name, session.ends_at + store.KEPT_AFTER)
    return session, token


def token_hash(token: str) -> str:
    """Return what is stored of a token; it is random, so it needs no salt."""
    return hashlib.sha256(token.encode("utf-8", errors="replace")).hexdigest()


class Sessions:
    """Finds sessions; what it found is remembered for two seconds."""

    def __init__(self, database: Database, *, now: Callable[[], float] = time.monotonic) -> None:
        self._database, self._now = database, now
        self._remembered: OrderedDict[str, tuple[float, SignedIn | None]] = OrderedDict()

    async def find(self, token: str) -> SignedIn | None:
        """Return the session of the token, None where it may not be used (any more); note that it
        was used, to the minute.
        """
        key, now = token_hash(token), self._now()
        remembered = self._remembered.get(key)
        if remembered is not None and now - remembered[0] < _REMEMBERED_S:
            found = remembered[1]
        else:
            found = await self._look_up(key)
            self._remembered[key] = now, found
            self._remembered.move_to_end(key)
            while len(self._remembered) > _MAX_REMEMBERED:
                self._remembered.popitem(last=False)
        at = self._database.clock.now()
        return found if found is not None and _may_be_used(found, now=at) else None

    def known(self, token: str) -> Session | None:
        """Return the session of a token that was good when it was last looked up."""
        remembered = self._remembered.get(token_hash(token))
        found = None if remembered is None else remembered[1]
        if found is None or not _may_be_used(found, now=self._database.clock.now()):
            return None
        return found.session

    async def is_good(self, token: str) -> bool:
        """Return whether the token's session may still be used."""
        return await self.find(token) is not None

    def forget(self, token: str) -> None:
        """Look the token's session up again: it has just been changed."""
        self._remembered.pop(token_hash(token), None)

    def forget_all(self) -> None:
        """Look all up again, as after an account has changed."""
        self._remembered.clear()

    async def _look_up(self, key: str) -> SignedIn | None:
        async with self._database.transaction(kind=Kind.READING) as tx:
            found = await store.find_session(tx, key)
        if found is None:
            return None
        signed_in = SignedIn(session=found[0], account=found[1])
        now = self._database.clock.now()
        if _may_be_used(signed_in, now=now) and signed_in.session.is_to_be_touched(now=now):
            async with self._database.transaction(actor="portal") as tx:
                await store.touch_session(tx, signed_in.session.id)
        return signed_in


async def end_session(tx: Transaction, id: UUID, *, person_id: str | None) -> bool:
    """End one session of the person; return whether there was one."""
    return await store.revoke_session(tx, id, person_id=person_id)


async def end_sessions_of(tx: Transaction, person_id: str, *, excluding: UUID | None = None) -> int:
    """End the person's sessions, but that one; return how many they were."""
    return await store.revoke_sessions_of(tx, person_id, excluding=excluding)


def _may_be_used(found: SignedIn, *, now: datetime) -> bool:
    session, account = found.session, found.account
    if not session.is_good(now=now):
        return False
    if session.kind is SessionKind.LINK:
        return session.only_ticket is not None and (account is None or account.disabled_at is None)
    if account is None or account.disabled_at is not None:
        return False
    # who has become staff meanwhile signs in anew: a resident's session lasts for months
    return session.kind is SessionKind.STAFF or kind_for(account.grants) is session.kind


def _plain(text: str) -> str:
    return "".join(sign for sign in text if sign.isprintable())[:_MAX_USER_AGENT]
