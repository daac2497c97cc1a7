"""The development issuer: its tokens prove who somebody is to the services, with keys that only
their owner can read.
"""

import asyncio
import json
import stat
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import uuid4

import pytest
from pydantic import TypeAdapter

from fettle.issuer import AUDIENCE, NAME, Issuer
from fettle.up.environments import trusted_issuers
from services.portal.adapters.tokens import Bearer, TokenSigner
from shared.auth.bearer import BearerTokens
from shared.auth.caller import Caller, Grant, Role, WorkScheme
from shared.auth.issuers import TrustedIssuers
from shared.auth.work_tokens import WorkTokenProver, WorkTokens
from shared.clock import SystemClock
from shared.errors import Unauthenticated
from shared.ids import PersonId, SiteId
from shared.setting_types import OfferKeys, OfferPublicKeys, SecretsKeys, SigningKeys

PORTAL = "http://127.0.0.1:8000"


def prove(jwks: Path, token: str) -> Caller:
    """As a service does."""
    tokens = BearerTokens(str(jwks), issuer=NAME, audience=AUDIENCE)
    asyncio.run(tokens.refresh())
    return tokens.prove(token)


def token_of_portal(keys: str) -> str:
    """A token of a technician, as the portal signs it with these keys."""
    signer = TokenSigner(
        TypeAdapter(SigningKeys).validate_python(keys), issuer=PORTAL, audience=AUDIENCE
    )
    return signer.fresh_token(Bearer(person_id=PersonId("li")))


def prove_portal(issuer: Issuer, token: str) -> Caller:
    """As a service does, with what `fettle up` tells it."""
    told = trusted_issuers(issuer, PORTAL, {})
    names, sources = (told[name].split(",") for name in ("FETTLE_ISSUER", "FETTLE_JWKS"))
    trusted = TrustedIssuers(dict(zip(names, sources, strict=True)), audience=AUDIENCE)
    asyncio.run(trusted.refresh())
    return trusted.prove(token)


def test_a_token_proves_its_bearer_to_a_service(tmp_path: Path) -> None:
    issuer = Issuer.at(tmp_path)

    token = issuer.token("resident-1", [("resident", "demo"), ("manager", "*")], units=["3-1202"])

    caller = prove(issuer.jwks, token)
    assert caller == Caller(
        PersonId("resident-1"),
        (Grant(Role.RESIDENT, SiteId("demo")), Grant(Role.MANAGER, SiteId("*"))),
        frozenset({"3-1202"}),
        caller.issued_at,
    )
    assert caller.issued_at is not None
    assert timedelta(0) <= datetime.now(UTC) - caller.issued_at < timedelta(minutes=5)


def test_a_token_of_another_instance_proves_nothing(tmp_path: Path) -> None:
    ours, theirs = Issuer.at(tmp_path / "ours"), Issuer.at(tmp_path / "theirs")

    token = theirs.token("admin", [("admin", "*")])

    with pytest.raises(Unauthenticated):
        prove(ours.jwks, token)


def test_a_token_is_good_for_the_hours_asked_for(tmp_path: Path) -> None:
    issuer = Issuer.at(tmp_path)

    token = issuer.token("wang", [("dispatcher", "demo")], hours=-1)

    with pytest.raises(Unauthenticated, match="expired"):
        prove(issuer.jwks, token)


def test_the_keys_stay_the_same_and_only_their_owner_reads_them(tmp_path: Path) -> None:
    first = Issuer.at(tmp_path)

    again = Issuer.at(tmp_path)

    assert prove(first.jwks, again.token("li", [("technician", "demo")])).id == "li"
    assert first.offer_keys == again.offer_keys
    assert {stat.S_IMODE(file.stat().st_mode) for file in (tmp_path / "keys").iterdir()} == {0o600}
    assert stat.S_IMODE((tmp_path / "keys").stat().st_mode) == 0o700


def test_whoever_comes_first_makes_the_keys_for_all(tmp_path: Path) -> None:
    with ThreadPoolExecutor(8) as starts:
        issuers = list(starts.map(Issuer.at, [tmp_path] * 8))

    callers = {
        prove(issuers[0].jwks, issuer.token("li", [("technician", "demo")])).id
        for issuer in issuers
    }

    assert callers == {"li"}
    assert len({issuer.offer_keys for issuer in issuers}) == 1


def test_a_lost_public_key_is_made_anew_from_the_private_one(tmp_path: Path) -> None:
    token = Issuer.at(tmp_path).token("li", [("technician", "demo")])

    (tmp_path / "keys" / "jwks.json").write_text("{}")
    issuer = Issuer.at(tmp_path)

    assert prove(issuer.jwks, token).id == "li"


def test_its_offer_keys_are_what_the_services_understand(tmp_path: Path) -> None:
    settings = Issuer.at(tmp_path).offer_settings({})
    seeds = TypeAdapter(OfferKeys).validate_python(settings["FETTLE_OFFER_KEYS"])
    public_keys = TypeAdapter(OfferPublicKeys).validate_python(settings["FETTLE_OFFER_PUBLIC_KEYS"])

    token = WorkTokens(seeds, SystemClock()).job_token(uuid4(), uuid4(), "li")

    assert (
        WorkTokenProver(public_keys, SystemClock()).prove(WorkScheme.JOB, token).technician_id
        == "li"
    )


def test_its_keys_for_secrets_are_what_notify_understands_and_stay(tmp_path: Path) -> None:
    first, again = Issuer.at(tmp_path), Issuer.at(tmp_path)

    ((_, key),) = TypeAdapter(SecretsKeys).validate_python(first.secrets_keys)

    assert len(key) == 32
    assert first.secrets_keys == again.secrets_keys != first.offer_keys


def test_what_the_portal_signs_is_proven_by_the_file_that_services_read(tmp_path: Path) -> None:
    old, new = (Issuer.at(tmp_path / name).portal_keys for name in ("old", "new"))
    given = {"FETTLE_PORTAL_SIGNING_KEYS": f"{new},{old}"}

    own, first = Issuer.at(tmp_path), Issuer.at(tmp_path, given)
    by_both = {key["kid"] for key in json.loads(first.portal_jwks.read_text())["keys"]}
    again = Issuer.at(tmp_path)

    assert own.portal_keys == again.portal_keys not in (own.offer_keys, own.secrets_keys)
    assert first.portal_keys == given["FETTLE_PORTAL_SIGNING_KEYS"]
    assert by_both == {keys.partition(":")[0] for keys in (old, new)}
    assert prove_portal(again, token_of_portal(again.portal_keys)).id == "li"
    with pytest.raises(Unauthenticated):
        prove_portal(again, token_of_portal(old))


def test_keys_of_the_portal_that_are_none_are_left_to_it_to_refuse(tmp_path: Path) -> None:
    refused = Issuer.at(tmp_path, {"FETTLE_PORTAL_SIGNING_KEYS": "k1:short"})

    assert refused.portal_keys == "k1:short"
    assert prove_portal(refused, token_of_portal(Issuer.at(tmp_path).portal_keys)).id == "li"


def test_the_public_keys_belong_to_the_keys_that_the_environment_names(tmp_path: Path) -> None:
    theirs = Issuer.at(tmp_path / "theirs")
    given = {"FETTLE_OFFER_KEYS": f"{theirs.offer_keys},{Issuer.at(tmp_path / 'old').offer_keys}"}

    settings = Issuer.at(tmp_path / "ours").offer_settings(given)

    public_keys = settings["FETTLE_OFFER_PUBLIC_KEYS"].split(",")
    assert settings["FETTLE_OFFER_KEYS"] == given["FETTLE_OFFER_KEYS"]
    assert public_keys[0] == theirs.offer_settings({})["FETTLE_OFFER_PUBLIC_KEYS"]
    assert len(public_keys) == 2


def test_keys_that_are_none_are_left_to_the_services_that_sign_with_them_to_refuse(
    tmp_path: Path,
) -> None:
    issuer = Issuer.at(tmp_path)

    settings = issuer.offer_settings({"FETTLE_OFFER_KEYS": "k1:short"})

    assert settings["FETTLE_OFFER_KEYS"] == "k1:short"
    assert (
        settings["FETTLE_OFFER_PUBLIC_KEYS"]
        == issuer.offer_settings({})["FETTLE_OFFER_PUBLIC_KEYS"]
    )
