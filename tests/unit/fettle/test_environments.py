"""What the processes of an instance are told: whom services trust, and where the portal is."""

from pathlib import Path

import pytest

from fettle.issuer import NAME, Issuer
from fettle.up.addresses import Addresses
from fettle.up.environments import process_environment, trusted_issuers

PORTAL = "http://127.0.0.1:8000"
THEIRS = "https://login.example"
ADDRESSES = Addresses.of(
    {"portal": 8000, "tickets": 8001, "dispatch": 8002, "sla": 8003, "notify": 8004}, {"portal": 2}
)


@pytest.fixture
def issuer(tmp_path: Path) -> Issuer:
    return Issuer.at(tmp_path)


def environment_of(name: str, issuer: Issuer, home: Path) -> dict[str, str]:
    return process_environment(
        name, ADDRESSES, issuer, home=home, nats={}, database_url="postgresql://here/database"
    )


def test_services_trust_the_development_issuer_and_the_portal(issuer: Issuer) -> None:
    assert trusted_issuers(issuer, PORTAL, {}) == {
        "FETTLE_ISSUER": f"{NAME},{PORTAL}",
        "FETTLE_JWKS": f"{issuer.jwks},{issuer.portal_jwks}",
    }


@pytest.mark.parametrize(
    ("names", "keys", "all_names", "all_keys"),
    [
        (THEIRS, "keys.json", f"{THEIRS},{PORTAL}", "keys.json,{portal}"),
        (f"{THEIRS},{NAME}", "a,b", f"{THEIRS},{NAME},{PORTAL}", "a,b,{portal}"),
        # one that knows the portal already
        (f"{THEIRS}, {PORTAL}", "a,b", f"{THEIRS}, {PORTAL}", "a,b"),
        # a service names the setting that is missing
        ("", "keys.json", f",{PORTAL}", "keys.json,{portal}"),
    ],
)
def test_an_issuer_of_the_operators_gets_the_portal_beside_it(
    names: str, keys: str, all_names: str, all_keys: str, issuer: Issuer
) -> None:
    told = trusted_issuers(issuer, PORTAL, {"FETTLE_ISSUER": names, "FETTLE_JWKS": keys})

    assert told == {
        "FETTLE_ISSUER": all_names,
        "FETTLE_JWKS": all_keys.format(portal=issuer.portal_jwks),
    }


def test_the_portal_is_told_where_all_are_and_what_to_sign_with(
    issuer: Issuer, tmp_path: Path
) -> None:
    told = environment_of("portal-2", issuer, tmp_path)

    assert told["FETTLE_PUBLIC_URL"] == PORTAL
    assert told["FETTLE_PORTAL_PORT"] == "8000"
    assert told["FETTLE_INSTANCE_PORT"] == str(ADDRESSES.instance_ports["portal-2"])
    assert told["FETTLE_PORTAL_SIGNING_KEYS"] == issuer.portal_keys
    assert told["FETTLE_SLA_URL"] == "http://127.0.0.1:8003"
    assert told["FETTLE_PORTAL_DATABASE_URL"] == "postgresql://here/database"
    assert {"FETTLE_SECRETS_KEYS", "FETTLE_OFFER_KEYS", "FETTLE_JWKS"} & told.keys() == set()


def test_services_are_told_the_portals_subject_and_not_its_keys(
    issuer: Issuer, tmp_path: Path
) -> None:
    notify, portal = (environment_of(name, issuer, tmp_path) for name in ("notify", "portal"))

    assert notify["FETTLE_PORTAL_SUBJECT"] == portal["FETTLE_PORTAL_SUBJECT"] == "portal"
    assert "FETTLE_PORTAL_SIGNING_KEYS" not in notify
    assert notify["FETTLE_ISSUER"].endswith(f",{portal['FETTLE_PUBLIC_URL']}")
