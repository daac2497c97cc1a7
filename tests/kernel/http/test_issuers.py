"""Tokens of several issuers: each is proven with its own issuer's keys and with no other's."""

import asyncio
import json
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from aiohttp import web
from joserfc import jwt
from joserfc.jwk import OKPKey

from shared.auth.issuers import TrustedIssuers
from shared.errors import Unauthenticated, Unavailable


class Issuer:
    def __init__(self, name: str, folder: Path) -> None:
        self.name = name
        self.jwks = folder / f"{name.rpartition('/')[2]}.json"
        self.rotate()

    def rotate(self) -> None:
        self._key = OKPKey.generate_key("Ed25519", parameters={"kid": "k", "alg": "Ed25519"})
        self.jwks.write_text(json.dumps({"keys": [self._key.as_dict(private=False)]}))

    def token(self, *, iss: str | None = None, sub: str = "dora") -> str:
        claims = {"iss": iss or self.name, "aud": "fettle", "sub": sub, "exp": time.time() + 60}
        header = {"alg": "Ed25519", "kid": "k"}
        return jwt.encode(header, claims, self._key, algorithms=["Ed25519"])


@pytest.fixture
def two(tmp_path: Path) -> tuple[Issuer, Issuer]:
    return Issuer("https://one", tmp_path), Issuer("https://two", tmp_path)


async def _trusting(*issuers: Issuer) -> TrustedIssuers:
    tokens = TrustedIssuers({each.name: str(each.jwks) for each in issuers}, audience="fettle")
    await tokens.refresh()
    return tokens


async def test_each_issuer_is_proven_with_its_own_keys(two: tuple[Issuer, Issuer]) -> None:
    one, other = two
    tokens = await _trusting(one, other)

    assert [tokens.prove(each.token(sub=each.name)).id for each in two] == [one.name, other.name]
    for forged in (one.token(iss=other.name), other.token(iss=one.name)):
        with pytest.raises(Unauthenticated, match="signature does not fit"):
            tokens.prove(forged)


@pytest.mark.parametrize("token", ["", "a.b.c", "W10.W10.W10", "e30.NQ.x", "x" * 9000])
async def test_what_names_no_issuer_is_no_token(two: tuple[Issuer, Issuer], token: str) -> None:
    tokens = await _trusting(*two)

    with pytest.raises(Unauthenticated):
        tokens.prove(token)


async def test_a_third_issuer_is_not_trusted(two: tuple[Issuer, Issuer], tmp_path: Path) -> None:
    tokens, third = await _trusting(*two), Issuer("https://three", tmp_path)

    with pytest.raises(Unauthenticated):
        tokens.prove(third.token())


async def test_an_issuer_that_is_away_shuts_out_its_own_callers_alone(
    two: tuple[Issuer, Issuer],
) -> None:
    one, other = two
    other.jwks.unlink()

    tokens = await _trusting(one, other)

    assert tokens.ready
    assert tokens.prove(one.token()).id == "dora"
    with pytest.raises(Unavailable):
        tokens.prove(other.token())


async def test_one_issuers_keys_are_rotated_and_the_others_stay(
    two: tuple[Issuer, Issuer],
) -> None:
    one, other = two
    tokens = await _trusting(one, other)
    old, stays = one.token(), other.token()
    tokens.prove(old)

    one.rotate()
    await tokens.refresh()

    assert tokens.known(old) is None
    assert [tokens.prove(each).id for each in (one.token(), stays)] == ["dora", "dora"]
    with pytest.raises(Unauthenticated):
        tokens.prove(old)


@asynccontextmanager
async def _serving(documents: dict[str, object]) -> AsyncIterator[str]:
    async def answer(request: web.Request) -> web.Response:
        return web.json_response(documents[request.path])

    app = web.Application()
    app.router.add_get("/{path:.*}", answer)
    runner = web.AppRunner(app)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    try:
        yield f"http://127.0.0.1:{runner.addresses[0][1]}"
    finally:
        await runner.cleanup()


@pytest.mark.parametrize("said", ["https://one", "https://other"])
async def test_the_keys_are_found_through_an_issuers_configuration_and_no_other_issuers(
    tmp_path: Path, said: str
) -> None:
    issuer, documents = Issuer("https://one", tmp_path), dict[str, object]()
    keys = await asyncio.to_thread(issuer.jwks.read_text)
    async with _serving(documents) as address:
        documents["/keys"] = json.loads(keys)
        documents["/configuration"] = {"issuer": said, "jwks_uri": f"{address}/keys"}
        tokens = TrustedIssuers({issuer.name: f"{address}/configuration"}, audience="fettle")

        await tokens.refresh()

    assert tokens.ready is (said == issuer.name)
