"""Who reads pages in the bench is signed in as the portal signs people in."""

from collections.abc import AsyncIterator

import pytest

from services.portal.actions.sessions import Sessions
from services.portal.domain.session import kind_for
from services.portal.store.tables import METADATA
from shared.clock import SystemClock
from shared.db.transaction import Database
from tests.bench.pages.people import HOME, readers, sign_in
from tests.support.engines import Databases


@pytest.fixture
async def url(databases: Databases) -> AsyncIterator[str]:
    """A database of the portal's own, which is removed afterwards."""
    url = await databases.unused("portal")
    yield url
    await databases.discard(url)


async def test_every_readers_cookie_is_a_good_session_of_an_account_with_their_role(
    url: str,
) -> None:
    people = readers()

    cookies = await sign_in(url, people)

    database = Database(url, metadata=METADATA, clock=SystemClock(), name="portal")
    try:
        for each in people:
            found = await Sessions(database).find(cookies[each.person_id])
            assert found is not None, each
            assert found.account is not None
            assert [(g.role, g.site) for g in found.account.grants] == [
                (each.role, site) for site in each.sites
            ]
            assert found.account.units == ({HOME} if each.role == "resident" else set())
            assert found.session.kind is kind_for(found.account.grants)
    finally:
        await database.close()
