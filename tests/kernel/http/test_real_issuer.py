"""Tokens of a real OpenID Connect issuer, whose keys change while a service runs."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path

import pytest

from shared.auth.caller import Grant, Role
from shared.auth.issuers import TrustedIssuers
from shared.errors import Unauthenticated
from shared.ids import SiteId
from tests.kernel.conftest import MakeDatabase
from tests.kernel.http.toy_app import make_app
from tests.support.eventually import eventually
from tests.support.real_issuer import RealIssuer, real_issuer

DISPATCHER = (Grant(Role.DISPATCHER, SiteId("demo")),)


@asynccontextmanager
async def _trusting(
    *issuers: RealIssuer, refresh_every_s: float = 0.2
) -> AsyncIterator[TrustedIssuers]:
    """As a service runs, with keys that grow old sooner."""
    tokens = TrustedIssuers(
        {each.url: each.configuration for each in issuers},
        audience="fettle",
        refresh_every_s=refresh_every_s,
        refresh_again_s=0.1,
    )
    running = asyncio.create_task(tokens.refresh_issuer_keys())
    await tokens.wait_for_first_look(30)
    try:
        yield tokens
    finally:
        running.cancel()
        await asyncio.gather(running, return_exceptions=True)


async def test_a_token_of_a_real_issuer_is_taken_with_its_roles() -> None:
    async with real_issuer() as issuer, _trusting(issuer) as tokens:
        caller = tokens.prove(await issuer.token())

    assert (caller.id, caller.roles) == ("dora", DISPATCHER)


async def test_a_service_lets_in_who_has_a_token_of_a_real_issuer(
    database: MakeDatabase, tmp_path: Path
) -> None:
    async with real_issuer() as issuer:
        toy = await make_app(
            await database("toy"), tmp_path, jwks=issuer.configuration, issuer=issuer.url
        )

        answer = await toy.http(await issuer.token()).get("/v1/notes")

        assert answer.status_code == 200, answer.text
        assert (await toy.http().get("/v1/notes")).status_code == 401  # of the tests' own issuer
        await toy.close()


async def test_two_real_issuers_are_trusted_at_once_and_a_third_is_not() -> None:
    async with AsyncExitStack() as stack:
        one, other, third = [await stack.enter_async_context(real_issuer()) for _ in range(3)]
        tokens = await stack.enter_async_context(_trusting(one, other))

        proven = [tokens.prove(await each.token()) for each in (one, other)]

        assert [caller.id for caller in proven] == ["dora", "dora"]
        with pytest.raises(Unauthenticated):
            tokens.prove(await third.token())


async def test_a_new_key_is_asked_for_as_soon_as_a_token_shows_it() -> None:
    # the keys are old in an hour: it is the token that has them read again
    async with real_issuer() as issuer, _trusting(issuer, refresh_every_s=3600) as tokens:
        before = await issuer.token()
        tokens.prove(before)
        await issuer.add_key()
        after = await issuer.token()

        await _taken(tokens, after)

        assert len(await issuer.keys()) == 2
        assert tokens.prove(before).roles == tokens.prove(after).roles == DISPATCHER


async def test_a_key_that_is_withdrawn_proves_nothing_once_the_keys_are_old() -> None:
    async with real_issuer() as issuer, _trusting(issuer) as tokens:
        before = await issuer.token()
        tokens.prove(before)
        await issuer.add_key()
        await issuer.drop_old_keys()
        after = await issuer.token()

        await _taken(tokens, after)

        with pytest.raises(Unauthenticated, match="a key that is not known here"):
            tokens.prove(before)


async def _taken(tokens: TrustedIssuers, token: str) -> None:
    async def proven() -> bool:
        try:
            return bool(tokens.prove(token).roles)
        except Unauthenticated:
            return False

    await eventually(proven)
