"""Tokens of several issuers: each is proven with its own issuer's keys and with no other's."""

import asyncio
import base64
import hmac
import json
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from aiohttp import web
from joserfc import jwt
from joserfc.jwk import OKPKey

from shared.auth.issuer_keys import MAX_BYTES
from shared.auth.issuers import TrustedIssuers
from shared.errors import Unauthenticated, Unavailable


class Issuer:
    def __init__(self, name: str, folder: Path) -> None:
        self.name = name
        self.jwks = folder / f"{name.rpartition('/')[2]}.json"
        self.rotate()

    def rotate(self) -> None:
        self._key = OKPKey.generate_key("Ed25519", parameters={"kid": "k", "alg": "Ed25519"})
        self.jwks.write_text(json.dumps(self.public()))

    def public(self) -> dict[str, Any]:
        return {"keys": [self._key.as_dict(private=False)]}

    def token(self, *, iss: str | None = None, sub: str = "dora", kid: str = "k") -> str:
        claims = {"iss": iss or self.name, "aud": "fettle", "sub": sub, "exp": time.time() + 60}
        header = {"alg": "Ed25519", "kid": kid}
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


@dataclass
class Served:
    """What an issuer answers, by path."""

    url: str = ""
    documents: dict[str, object] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)
    hangs: asyncio.Event = field(default_factory=asyncio.Event)
    """What `/hangs` waits for."""

    async def answer(self, request: web.Request) -> web.Response:
        self.asked.append(request.path)
        if request.path == "/hangs":
            await self.hangs.wait()
        if request.path == "/elsewhere":
            raise web.HTTPFound(f"{self.url}/keys")
        return web.json_response(self.documents[request.path])


@asynccontextmanager
async def _serving() -> AsyncIterator[Served]:
    served = Served()
    app = web.Application()
    app.router.add_get("/{path:.*}", served.answer)
    runner = web.AppRunner(app)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    served.url = f"http://127.0.0.1:{runner.addresses[0][1]}"
    try:
        yield served
    finally:
        served.hangs.set()
        await runner.cleanup()


@pytest.mark.parametrize("said", ["https://one", "https://other"])
async def test_the_keys_are_found_through_an_issuers_configuration_and_no_other_issuers(
    tmp_path: Path, said: str
) -> None:
    issuer = Issuer("https://one", tmp_path)
    async with _serving() as served:
        served.documents["/keys"] = issuer.public()
        served.documents["/configuration"] = {"issuer": said, "jwks_uri": f"{served.url}/keys"}
        tokens = TrustedIssuers({issuer.name: f"{served.url}/configuration"}, audience="fettle")

        await tokens.refresh()

    assert tokens.ready is (said == issuer.name)


def _key(**more: str) -> dict[str, Any]:
    return {**OKPKey.generate_key("Ed25519").as_dict(private=False), **more}


NO_KEY_SETS: dict[str, object] = {
    "no object": [],
    "no keys": {"keys": []},
    "keys that are none": {"keys": ["x", None]},
    "a thousand keys": {"keys": [_key(kid=str(number)) for number in range(1000)]},
    "too many bytes": {"keys": [_key(x5c="x" * MAX_BYTES)]},
    "a symmetric key": {"keys": [{"kty": "oct", "k": "c2VjcmV0", "kid": "k"}]},
    "a key to encrypt with": {"keys": [_key(kid="k", use="enc")]},
    "a configuration without an address": {"issuer": "https://one", "jwks_uri": "x" * 70_000},
    "a configuration with a file": {"issuer": "https://one", "jwks_uri": "/etc/passwd"},
    "a configuration with nonsense": {"issuer": "https://one", "jwks_uri": "http://[::1"},
}


@pytest.mark.parametrize("document", NO_KEY_SETS.values(), ids=NO_KEY_SETS.keys())
async def test_what_is_no_key_set_takes_the_keys_that_are_known_from_no_one(
    tmp_path: Path, document: object
) -> None:
    issuer = Issuer("https://one", tmp_path)
    async with _serving() as served:
        served.documents["/keys"] = issuer.public()
        tokens = TrustedIssuers({issuer.name: f"{served.url}/keys"}, audience="fettle")
        await tokens.refresh()

        served.documents["/keys"] = document
        await tokens.refresh()

        assert tokens.prove(issuer.token()).id == "dora"


async def test_a_redirect_of_an_issuer_is_not_followed(tmp_path: Path) -> None:
    issuer = Issuer("https://one", tmp_path)
    async with _serving() as served:
        served.documents["/keys"] = issuer.public()
        tokens = TrustedIssuers({issuer.name: f"{served.url}/elsewhere"}, audience="fettle")

        await tokens.refresh()

    assert (tokens.ready, served.asked) == (False, ["/elsewhere"])


async def test_a_key_of_a_kind_of_tomorrow_takes_no_other_away(tmp_path: Path) -> None:
    issuer = Issuer("https://one", tmp_path)
    public = issuer.public()
    strange = [{"kty": "QUANTUM", "kid": "q"}, {"kty": "EC", "crv": "P-9", "kid": "e"}]
    public["keys"][:0] = [*strange, {"kty": "oct", "k": "c2VjcmV0", "kid": "k"}]
    issuer.jwks.write_text(json.dumps(public))

    tokens = await _trusting(issuer)

    assert tokens.prove(issuer.token()).id == "dora"


async def test_the_public_key_as_a_shared_secret_proves_nothing(tmp_path: Path) -> None:
    issuer = Issuer("https://one", tmp_path)
    tokens = await _trusting(issuer)
    public = OKPKey.import_key(issuer.public()["keys"][0])
    claims = {"iss": issuer.name, "aud": "fettle", "sub": "eve", "exp": time.time() + 60}

    for secret in (public.as_pem(private=False), public.as_der(private=False)):
        for header in ({"alg": "HS256", "kid": "k"}, {"alg": "HS256"}):
            # by hand: the library would not make one
            said = ".".join(_encoded(json.dumps(part).encode()) for part in (header, claims))
            signature = _encoded(hmac.digest(secret, said.encode(), "sha256"))
            with pytest.raises(Unauthenticated, match="an algorithm that is not accepted"):
                tokens.prove(f"{said}.{signature}")


def _encoded(part: bytes) -> str:
    return base64.urlsafe_b64encode(part).rstrip(b"=").decode()


async def test_however_many_unknown_keys_are_shown_the_issuer_is_asked_once(
    tmp_path: Path,
) -> None:
    issuer = Issuer("https://one", tmp_path)
    known = issuer.token()
    async with _serving() as served:
        served.documents["/keys"] = issuer.public()
        tokens = TrustedIssuers(
            {issuer.name: f"{served.url}/keys"}, audience="fettle", refresh_again_s=3600
        )
        running = asyncio.create_task(tokens.refresh_issuer_keys())
        await tokens.wait_for_first_look(30)

        for number in range(1000):
            with pytest.raises(Unauthenticated, match="a key that is not known here"):
                tokens.prove(issuer.token(kid=str(number)))
            await asyncio.sleep(0)

        running.cancel()
        await asyncio.gather(running, return_exceptions=True)
        assert served.asked == ["/keys"]
        assert tokens.prove(known).id == "dora"


async def test_keys_that_are_read_again_and_are_the_same_have_no_token_proven_anew(
    two: tuple[Issuer, Issuer],
) -> None:
    tokens = await _trusting(*two)
    seen = two[0].token()
    tokens.prove(seen)

    await tokens.refresh()

    assert tokens.known(seen) is not None


async def test_a_start_waits_a_moment_for_an_issuer_that_hangs_and_goes_on(tmp_path: Path) -> None:
    issuer = Issuer("https://one", tmp_path)
    async with _serving() as served:
        served.documents["/hangs"] = issuer.public()
        tokens = TrustedIssuers({issuer.name: f"{served.url}/hangs"}, audience="fettle")
        running = asyncio.create_task(tokens.refresh_issuer_keys())

        await tokens.wait_for_first_look(0.01)

        with pytest.raises(Unavailable):
            tokens.prove(issuer.token())
        served.hangs.set()
        await tokens.wait_for_first_look(30)
        assert tokens.prove(issuer.token()).id == "dora"
        running.cancel()
        await asyncio.gather(running, return_exceptions=True)
