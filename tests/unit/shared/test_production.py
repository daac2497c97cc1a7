"""Production is a mode: what only a laptop may do stops the start, all of it at once."""

import base64
import os
import subprocess
import sys
from pathlib import Path

import pytest
from pydantic import ValidationError

from fettle.issuer import NAME, Issuer
from fettle.reference.settings import settings_of
from fettle.topology_settings import TopologySettings, WrongSetting
from services.portal.settings import Settings as PortalSettings
from shared.settings import guarded

RANDOM = base64.b64encode(bytes(range(7, 39))).decode()
GOOD = {
    "FETTLE_ENV": "production",
    "FETTLE_NOTIFY_DATABASE_URL": "postgresql://notify:3f786850e387550fdab8@db/notify",
    "FETTLE_NATS_URL": "tls://notify:89e6c98d92887913cadf@nats:4222",
    "FETTLE_JWKS": "https://login.example/jwks",
    "FETTLE_ISSUER": "https://login.example",
    "FETTLE_OFFER_KEYS": f"k1:{RANDOM}",
    "FETTLE_SECRETS_KEYS": f"k1:{RANDOM}",
    "FETTLE_DISPATCH_PUBLIC_URL": "https://dispatch.example",
    "FETTLE_WEBHOOK_RANGES": "10.1.0.0/16",
    "FETTLE_CORS_ORIGINS": "https://app.example",
    "FETTLE_SMTP_URL": "smtp://fettle:9f2c6ab1@mail.example:587?starttls=require",
    "FETTLE_MAIL_FROM": "Fettle <repairs@example.com>",
}
BAD = [
    ("FETTLE_ISSUER", NAME),
    ("FETTLE_ISSUER", "http://login.example"),
    ("FETTLE_JWKS", "http://login.example/jwks"),
    ("FETTLE_JWKS", "HTTP://login.example/jwks"),
    ("FETTLE_DISPATCH_PUBLIC_URL", "http://dispatch.example"),
    ("FETTLE_CORS_ORIGINS", "https://app.example,http://localhost:5173"),
    ("FETTLE_TRUSTED_PROXIES", "10.0.0.0/8,0.0.0.0/0"),
    ("FETTLE_TRUSTED_PROXIES", "0.0.0.0/1,128.0.0.0/1"),
    ("FETTLE_TRUSTED_PROXIES", "2000::/3"),
    ("FETTLE_WEBHOOK_RANGES", "10.1.0.0/16,127.0.0.1/32"),
    ("FETTLE_WEBHOOK_RANGES", "0.0.0.0/0"),
    ("FETTLE_WEBHOOK_RANGES", "::1/128"),
    ("FETTLE_WEBHOOK_RANGES", "::/0"),
    ("FETTLE_WEBHOOK_RANGES", "169.254.169.254/32"),
    ("FETTLE_WEBHOOK_RANGES", "::ffff:127.0.0.1/128"),
    ("FETTLE_NOTIFY_DATABASE_URL", "postgresql://notify:notify@db/notify"),
    ("FETTLE_NOTIFY_DATABASE_URL", "postgresql://notify:Postgres@db/notify"),
    ("FETTLE_NATS_URL", "nats://notify:3f786850e387550fdab8@one,nats://notify:changeme@two"),
    ("FETTLE_NOTIFY_DATABASE_URL", "postgresql://notify@db/notify?password=changeme"),
    ("FETTLE_NOTIFY_DATABASE_URL", "postgresql://db/notify?user=dora&password=dora"),
    ("FETTLE_SECRETS_KEYS", f"k1:{base64.b64encode(b'tests-only-key-of-32-bytes!!!!!!').decode()}"),
    ("FETTLE_SMTP_URL", "file:.fettle/mail"),
    ("FETTLE_SMTP_URL", "smtp://fettle:9f2c6ab1@mail.example"),
    ("FETTLE_SMTP_URL", "smtp://fettle:9f2c6ab1@mail.example?starttls=offered"),
    ("FETTLE_SMTP_URL", "smtp://fettle:9f2c6ab1@127.0.0.1:1025?starttls=off"),
    ("FETTLE_SMTP_URL", "smtps://fettle:changeme@mail.example"),
    ("FETTLE_OFFER_KEYS", f"k2:{RANDOM},k1:{base64.b64encode(bytes(32)).decode()}"),
    ("FETTLE_OFFER_KEYS", f"k1:{base64.b64encode(b'tests-only-seed-of-32-bytes!!!!!').decode()}"),
]


def _faulty(environment: dict[str, str]) -> list[str]:
    with pytest.raises(ValidationError) as wrong:
        guarded(settings_of("notify")).model_validate(environment)
    return [str(fault["loc"][0]) for fault in wrong.value.errors()]


def test_what_is_safe_is_taken() -> None:
    settings = guarded(settings_of("notify")).model_validate(GOOD)

    assert settings.env == "production"


@pytest.mark.parametrize(("name", "value"), BAD)
def test_what_only_a_laptop_may_have_is_refused_in_production_alone(name: str, value: str) -> None:
    assert _faulty({**GOOD, name: value}) == [name]

    guarded(settings_of("notify")).model_validate(
        {**GOOD, name: value, "FETTLE_ENV": "development"}
    )


def test_production_is_what_holds_where_nothing_says_so() -> None:
    unsaid = {name: value for name, value in GOOD.items() if name != "FETTLE_ENV"}

    assert _faulty({**unsaid, "FETTLE_ISSUER": NAME}) == ["FETTLE_ISSUER"]


def test_the_address_of_dispatch_has_to_be_said() -> None:
    unsaid = {name: value for name, value in GOOD.items() if "PUBLIC_URL" not in name}

    assert _faulty(unsaid) == ["dispatch_public_url"]


def test_the_keys_of_a_development_issuer_by_another_name_are_refused(tmp_path: Path) -> None:
    keys = Issuer.at(tmp_path).jwks

    assert _faulty({**GOOD, "FETTLE_JWKS": str(keys)}) == ["FETTLE_JWKS"]


def test_the_process_that_declares_streams_is_guarded_too() -> None:
    weak = {"FETTLE_NATS_URL": "tls://topology:topology@nats:4222"}

    with pytest.raises(WrongSetting, match="FETTLE_NATS_URL: FETTLE_ENV is production"):
        TopologySettings.of(weak)

    TopologySettings.of({**weak, "FETTLE_ENV": "development"})


@pytest.mark.parametrize(
    ("url", "named"),
    [
        ("nats://u:p@nats:4222", True),
        ("tls://u:p@one:4222,nats://u:p@two:4222", True),
        ("tls://u:p@nats:4222", False),
        ("nats://u:p@127.0.0.1:4222", False),
    ],
)
def test_a_broker_beyond_this_machine_without_tls_is_remarked(url: str, named: bool) -> None:
    given = {**GOOD, "FETTLE_NATS_URL": url}
    of_broker = ["FETTLE_NATS_URL"] if named else []

    found = settings_of("notify").model_validate(given).without_tls()

    assert found == ["FETTLE_NOTIFY_DATABASE_URL", *of_broker]  # that of GOOD has none either
    given["FETTLE_NOTIFY_DATABASE_URL"] += "?sslmode=verify-full"
    assert settings_of("notify").model_validate(given).without_tls() == of_broker
    given["FETTLE_ENV"] = "development"
    assert settings_of("notify").model_validate(given).without_tls() == []


PORTAL = {
    "FETTLE_ENV": "production",
    "FETTLE_PORTAL_DATABASE_URL": "postgresql://portal:3f786850e387550fdab8@db/portal",
    "FETTLE_PORTAL_SIGNING_KEYS": f"k1:{RANDOM}",
    "FETTLE_PUBLIC_URL": "https://repairs.example",
}


@pytest.mark.parametrize(
    "url",
    [
        "https://tickets.example",
        "https://tickets.example/behind/a/path",
        "http://tickets:8001",
        "http://tickets.internal:8001",
        "http://10.1.2.3:8001",
        "http://[fd00::1]:8001",
        "http://127.0.0.1:8001",
    ],
)
def test_the_portal_asks_services_by_https_or_within_one_network(url: str) -> None:
    settings = guarded(settings_of("portal")).model_validate({**PORTAL, "FETTLE_TICKETS_URL": url})

    assert (settings.env, settings.without_tls()[1:]) == (
        "production",
        [] if url.startswith("https:") or "127.0.0.1" in url else ["FETTLE_TICKETS_URL"],
    )


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("FETTLE_TICKETS_URL", "http://tickets.example"),
        ("FETTLE_SLA_URL", "http://8.8.8.8:8003"),
        ("FETTLE_PUBLIC_URL", "http://repairs.example"),
        ("FETTLE_PORTAL_SIGNING_KEYS", f"k1:{base64.b64encode(bytes(32)).decode()}"),
        ("FETTLE_PORTAL_DATABASE_URL", "postgresql://portal:portal@db/portal"),
        ("FETTLE_OIDC_CLIENT_SECRET", "Secret"),
    ],
)
def test_what_the_portal_may_do_on_a_laptop_alone_is_refused(name: str, value: str) -> None:
    with pytest.raises(ValidationError) as wrong:
        guarded(settings_of("portal")).model_validate({**PORTAL, name: value})

    assert [fault["loc"] for fault in wrong.value.errors()] == [(name,)]


@pytest.mark.parametrize(
    ("given", "are_there"),
    [
        ({}, False),
        ({"FETTLE_ENV": "development"}, False),
        ({"FETTLE_ENV": "development", "FETTLE_PUBLIC_URL": "http://127.0.0.1:8000"}, True),
        ({"FETTLE_ENV": "development", "FETTLE_PUBLIC_URL": "http://[::1]:8000"}, True),
        ({"FETTLE_ENV": "development", "FETTLE_PUBLIC_URL": "http://127.0.0.1.example"}, False),
    ],
)
def test_demo_logins_are_there_on_a_laptop_alone(given: dict[str, str], are_there: bool) -> None:
    settings = PortalSettings.model_validate({**PORTAL, **given})

    assert settings.has_demo_logins is are_there


def test_a_service_names_all_faults_and_ends_with_2() -> None:
    given = {**GOOD, **dict(BAD), "FETTLE_POOL_SIZE": "many"}
    del given["FETTLE_DISPATCH_PUBLIC_URL"]  # its default is one of a laptop

    ended = subprocess.run(
        [sys.executable, "-m", "services.notify"],
        env={**os.environ, **given},
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )

    assert ended.returncode == 2
    lines = [line for line in ended.stderr.splitlines() if line.startswith("setting ")]
    assert {line.split()[1].rstrip(":") for line in lines} == {*dict(BAD), "FETTLE_POOL_SIZE"}
    assert all("FETTLE_ENV is production: " in line for line in lines if "POOL_SIZE" not in line)
    assert not any(secret in ended.stderr for secret in (RANDOM, "tests-only", "changeme"))
