"""Who may come in: tokens are proven against the issuer's keys, and said to be bad without saying
what is in them.
"""

import base64
import json
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from joserfc import jwt
from joserfc.jwk import OctKey, OKPKey

from shared.auth.bearer import BearerTokens
from shared.auth.caller import Grant, Role
from shared.auth.work_tokens import WorkTokens
from shared.clock import SystemClock
from shared.errors import Unauthenticated, Unavailable
from shared.ids import SiteId, new_id
from tests.kernel.http.toy_app import ToyApp
from tests.support.issuer import AUDIENCE, ISSUER, signed, token, write_jwks

STAFF = [("dispatcher", "demo")]


def _signed_with(key: OKPKey | OctKey, algorithm: str, kid: str) -> str:
    claims = {
        "iss": ISSUER,
        "aud": AUDIENCE,
        "sub": "eve",
        "exp": int(time.time()) + 60,
        "roles": [{"role": "admin", "site": "*"}],
    }
    return jwt.encode({"alg": algorithm, "kid": kid}, claims, key, algorithms=[algorithm])


def _with_header(**header: object) -> str:
    parts = token("dora", STAFF).split(".")
    return ".".join(
        [base64.urlsafe_b64encode(json.dumps(header).encode()).rstrip(b"=").decode(), *parts[1:]]
    )


BAD: dict[str, Callable[[], str]] = {
    "wrong issuer": lambda: token("dora", STAFF, iss="somebody"),
    "no issuer": lambda: token("dora", STAFF, iss=None),
    "wrong audience": lambda: token("dora", STAFF, aud="another"),
    "no audience": lambda: token("dora", STAFF, aud=None),
    "expired": lambda: token("dora", STAFF, exp=int(time.time()) - 60),
    "no expiry": lambda: token("dora", STAFF, exp=None),
    "expiry that is no number": lambda: token("dora", STAFF, exp="tomorrow"),
    "expiry beyond every number": lambda: token("dora", STAFF, exp=10**400),
    "claims nested too deep": lambda: signed(b"[" * 5000),
    "not yet valid": lambda: token("dora", STAFF, nbf=int(time.time()) + 600),
    "no subject": lambda: token("dora", STAFF, sub=None),
    "subject that is no text": lambda: token("dora", STAFF, sub=7),
    "empty subject": lambda: token("", STAFF),
    "subject with a line break": lambda: token("a\nb", STAFF),
    "subject too long": lambda: token("x" * 256, STAFF),
    "garbage": lambda: "garbage",
    "dots": lambda: "....",
    "three empty parts": lambda: "..",
    "too long": lambda: "x" * 10_000,
    "no signature": lambda: token("dora", STAFF).rsplit(".", 1)[0] + ".",
    "another's signature": lambda: _signed_with(OKPKey.generate_key("Ed25519"), "Ed25519", "tests"),
    "unknown key": lambda: _signed_with(OKPKey.generate_key("Ed25519"), "Ed25519", "other"),
    "HMAC": lambda: _signed_with(OctKey.generate_key(256), "HS256", "tests"),
    "algorithm none": lambda: _with_header(alg="none"),
    "algorithm list": lambda: _with_header(alg=["Ed25519"]),
    "critical nonsense": lambda: _with_header(alg="Ed25519", kid="tests", crit=7),
}


@pytest.mark.parametrize("made", BAD.values(), ids=BAD.keys())
async def test_a_token_that_is_not_good_is_401(one_toy: ToyApp, made: Callable[[], str]) -> None:
    answer = await one_toy.http(made()).get("/v1/notes")

    assert (answer.status_code, answer.json()["code"]) == (401, "unauthenticated")
    assert answer.headers["www-authenticate"] == "Bearer"
    assert "dora" not in answer.text


SAID = {
    "wrong issuer": "another issuer than the one trusted here",
    "wrong audience": "another audience",
    "no audience": "has no claim `aud`",
    "expired": "has expired; get a new one",
    "expiry that is no number": "`exp` is no time",
    "not yet valid": "not valid yet",
    "garbage": "cannot be read as a signed JWT",
    "no signature": "signature does not fit",
    "another's signature": "signature does not fit",
    "unknown key": "signed with a key that is not known here",
    "HMAC": "an algorithm that is not accepted here",
    "algorithm none": "an algorithm that is not accepted here",
}


@pytest.mark.parametrize(("fault", "words"), SAID.items(), ids=SAID.keys())
async def test_what_is_wrong_with_a_token_is_said_in_words(
    one_toy: ToyApp, fault: str, words: str
) -> None:
    answer = await one_toy.http(BAD[fault]()).get("/v1/notes")

    assert answer.json()["detail"].startswith("The token is not good: ")
    assert words in answer.json()["detail"]


@pytest.mark.parametrize("header", ["", "Bearer", "Bearer ", "Basic ZG9yYTp4", "Offer x", "é"])
async def test_a_header_that_names_nobody_is_401(one_toy: ToyApp, header: str) -> None:
    answer = await one_toy.http("").get(
        "/v1/notes", headers={b"authorization": header.encode("latin-1")}
    )

    assert answer.status_code == 401


@pytest.mark.parametrize("roles", [[], [("resident", "demo")], [("king", "demo")]])
async def test_somebody_known_without_the_role_is_403(
    one_toy: ToyApp, roles: list[tuple[str, str]]
) -> None:
    answer = await one_toy.http(token("rita", roles)).get("/v1/notes")

    assert (answer.status_code, answer.json()["code"]) == (403, "forbidden")


@pytest.mark.parametrize("odd", [None, 7, True, "", ["*"], {"*": 1}, "a\0", "\ud800", "a\nb"])
async def test_what_is_no_name_in_a_token_gives_nothing(tmp_path: Path, odd: object) -> None:
    tokens = BearerTokens(write_jwks(tmp_path / "jwks.json"), issuer=ISSUER, audience=AUDIENCE)
    await tokens.refresh()
    claims = {
        "iss": ISSUER,
        "aud": AUDIENCE,
        "sub": "dora",
        "exp": int(time.time()) + 60,
        "units": [odd, "3-1202"],
    }
    roles = [{"role": "admin", "site": odd}, {"role": "dispatcher", "site": "demo"}]

    caller = tokens.prove(signed(json.dumps({**claims, "roles": roles}).encode()))

    assert caller.roles == (Grant(Role.DISPATCHER, SiteId("demo")),)
    assert caller.units == {"3-1202"}


async def test_a_token_of_an_offer_or_a_job_is_no_bearer_token_even_with_a_key_of_the_issuer(
    tmp_path: Path,
) -> None:
    seed = b"a seed of thirty-two bytes......"
    key = OKPKey.import_key(
        OKPKey.binding.from_private_bytes("Ed25519", seed), {"kid": "k1", "alg": "Ed25519"}
    )
    (tmp_path / "jwks.json").write_text(json.dumps({"keys": [key.as_dict(private=False)]}))
    tokens = BearerTokens(str(tmp_path / "jwks.json"), issuer=ISSUER, audience=AUDIENCE)
    await tokens.refresh()

    with pytest.raises(Unauthenticated, match="claim"):
        tokens.prove(WorkTokens([("k1", seed)], SystemClock()).job_token(new_id(), new_id(), "li"))


async def test_who_may_not_call_is_told_before_the_body_is_read(one_toy: ToyApp) -> None:
    answer = await one_toy.http("").post(
        "/v1/notes", content=b"\xff" * 1_000_000, headers={"Content-Type": "text/plain"}
    )

    assert answer.status_code == 401


async def test_keys_are_rotated_without_a_restart(tmp_path: Path) -> None:
    path = tmp_path / "jwks.json"
    tokens = BearerTokens(write_jwks(path), issuer=ISSUER, audience=AUDIENCE)
    await tokens.refresh()
    old = token("dora", STAFF)
    new_key = OKPKey.generate_key("Ed25519", parameters={"kid": "next", "alg": "Ed25519"})
    new = _signed_with(new_key, "Ed25519", "next")
    with pytest.raises(Unauthenticated):
        tokens.prove(new)

    path.write_text(json.dumps({"keys": [new_key.as_dict(private=False)]}))
    await tokens.refresh()

    assert tokens.prove(new).has(Role.ADMIN, "demo")
    with pytest.raises(Unauthenticated):
        tokens.prove(old)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "{",
        "[]",
        '"x"',
        '{"keys": 5}',
        '{"keys": []}',
        '{"keys": [{}]}',
        '{"keys": [{"kty": "OKP"}]}',
    ],
)
async def test_unreadable_keys_leave_the_old_ones_in_force(tmp_path: Path, text: str) -> None:
    path = tmp_path / "jwks.json"
    tokens = BearerTokens(write_jwks(path), issuer=ISSUER, audience=AUDIENCE)
    await tokens.refresh()

    path.write_text(text)
    await tokens.refresh()

    assert tokens.ready
    assert tokens.prove(token("dora", STAFF)).id == "dora"


async def test_without_any_keys_nobody_is_called_a_stranger(tmp_path: Path) -> None:
    tokens = BearerTokens(str(tmp_path / "missing.json"), issuer=ISSUER, audience=AUDIENCE)
    await tokens.refresh()

    assert not tokens.ready
    with pytest.raises(Unavailable):
        tokens.prove(token("dora", STAFF))
