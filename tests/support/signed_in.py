"""People of a running instance, signed in at its portal without a way in: as many as a test wants,
each at an address of this machine of their own, so that one browser keeps their cookies apart.
"""

from collections.abc import Mapping

from playwright._impl._api_structures import SetCookieParam

from fettle.up.instance import Instance
from services.portal.actions.sessions import begin_session
from services.portal.adapters.cookies import SESSION_COOKIE
from services.portal.domain.account import Account
from services.portal.domain.session import kind_for
from services.portal.store.accounts import save_account
from services.portal.store.tables import METADATA
from shared.auth.caller import Grant, Role
from shared.clock import SystemClock
from shared.db.transaction import Database
from shared.ids import PersonId, SiteId


async def sign_all_in(
    instance: Instance, names: Mapping[str, str], *, role: str, site: str
) -> dict[str, SetCookieParam]:
    """Make accounts for these people, name by id, with that role at the site; return by id the
    cookie with which they are signed in at the address that is its domain.
    """
    grants = (Grant(Role(role), SiteId(site)),)
    database = Database(
        instance.database_urls["portal"],
        metadata=METADATA,
        clock=SystemClock(),
        name="portal",
        pool_size=1,
    )
    tokens: dict[str, str] = {}
    try:
        async with database.transaction(actor="test") as tx:
            for id, name in names.items():
                account = Account(
                    person_id=PersonId(id),
                    name=name,
                    email=None,
                    phone=None,
                    language="zh-CN",
                    grants=grants,
                    units=frozenset(),
                    created_at=tx.now,
                    disabled_at=None,
                    version=1,
                )
                save_account(tx, account)
                _, tokens[id] = begin_session(tx, person_id=PersonId(id), kind=kind_for(grants))
    finally:
        await database.close()
    return {id: _cookie(token, f"127.0.0.{n}") for n, (id, token) in enumerate(tokens.items(), 2)}


def _cookie(token: str, host: str) -> SetCookieParam:
    return {"name": SESSION_COOKIE, "value": token, "domain": host, "path": "/"}
