"""Settings are read once, and a wrong one is named."""

import base64
from pathlib import Path

import pytest
from pydantic import ValidationError

from fettle.home import PORTAL
from fettle.reference.settings import settings_of
from shared.setting_types import OfferKeys
from shared.settings import ServiceSettings


class _Settings(ServiceSettings):
    offer_keys: OfferKeys


KEY = base64.b64encode(b"k" * 32).decode()
GIVEN = {
    "FETTLE_JWKS": "x",
    "FETTLE_ISSUER": "x",
    "FETTLE_OFFER_KEYS": f"k2:{KEY}, k1:{KEY}",
    "FETTLE_DATABASE_URL": "x",
    "FETTLE_PORT": "1",
}


VARIABLES_OF_ALL = {
    "FETTLE_AUDIENCE",
    "FETTLE_BODY_LIMIT_BYTES",
    "FETTLE_CONNECTIONS_PER_ADDRESS",
    "FETTLE_CORS_ORIGINS",
    "FETTLE_DOCS",
    "FETTLE_ENV",
    "FETTLE_HOST",
    "FETTLE_INSTANCE_PORT",
    "FETTLE_INTEGRATION_FACTOR",
    "FETTLE_LOG_LEVEL",
    "FETTLE_METRICS",
    "FETTLE_POOL_SIZE",
    "FETTLE_PUBLIC_URL",
    "FETTLE_READS_PER_S",
    "FETTLE_REQUESTS_PER_CALLER",
    "FETTLE_REQUEST_BURST",
    "FETTLE_STREAMS_PER_CALLER",
    "FETTLE_TRUSTED_PROXIES",
    "FETTLE_UPLOADS_PER_CALLER",
    "FETTLE_WRITES_PER_S",
}
VARIABLES_OF_SERVICES = {
    "FETTLE_CONSUMER_LINGER_MS",
    "FETTLE_ISSUER",
    "FETTLE_JWKS",
    "FETTLE_NATS_API",
    "FETTLE_NATS_CA",
    "FETTLE_NATS_URL",
    "FETTLE_OUTBOX_MAX_ROWS",
    "FETTLE_SNAPSHOT_RETENTION_DAYS",
    "FETTLE_TICKET_RETENTION_DAYS",
}
VARIABLES_OF = {
    "tickets": {
        "FETTLE_ATTACHMENTS_FOLDER",
        "FETTLE_OFFER_PUBLIC_KEYS",
        "FETTLE_TICKETS_DATABASE_URL",
        "FETTLE_TICKETS_PORT",
        "FETTLE_UNIT_CLAIM_DAYS",
    },
    "dispatch": {
        "FETTLE_DISPATCH_DATABASE_URL",
        "FETTLE_DISPATCH_PORT",
        "FETTLE_OFFER_KEYS",
    },
    "sla": {"FETTLE_SLA_DATABASE_URL", "FETTLE_SLA_PORT"},
    "notify": {
        "FETTLE_ATTEMPT_RETENTION_DAYS",
        "FETTLE_DISPATCH_PUBLIC_URL",
        "FETTLE_ENDPOINTS_PER_REGISTRAR",
        "FETTLE_MAIL_FROM",
        "FETTLE_MESSAGE_RETENTION_DAYS",
        "FETTLE_NOTIFY_DATABASE_URL",
        "FETTLE_NOTIFY_PORT",
        "FETTLE_OFFER_KEYS",
        "FETTLE_PHONE_COUNTRY",
        "FETTLE_PORTAL_SUBJECT",
        "FETTLE_PORTAL_URL",
        "FETTLE_SECRETS_KEYS",
        "FETTLE_SMTP_CA",
        "FETTLE_SMTP_CONNECTIONS",
        "FETTLE_SMTP_TIMEOUT_S",
        "FETTLE_SMTP_URL",
        "FETTLE_WEBHOOK_RANGES",
    },
    PORTAL: {
        "FETTLE_DISPATCH_URL",
        "FETTLE_GOAL_PERCENT",
        "FETTLE_NOTIFY_URL",
        "FETTLE_OIDC_CLIENT_ID",
        "FETTLE_OIDC_CLIENT_SECRET",
        "FETTLE_OIDC_ISSUER",
        "FETTLE_OIDC_NAME",
        "FETTLE_PORTAL_DATABASE_URL",
        "FETTLE_PORTAL_PORT",
        "FETTLE_PORTAL_SIGNING_KEYS",
        "FETTLE_PORTAL_SUBJECT",
        "FETTLE_SLA_URL",
        "FETTLE_TICKETS_URL",
    },
}


@pytest.mark.parametrize("service", VARIABLES_OF)
def test_a_process_reads_the_variables_that_its_operators_have_set(service: str) -> None:
    fields = settings_of(service).model_fields.values()

    common = VARIABLES_OF_ALL | (set() if service == PORTAL else VARIABLES_OF_SERVICES)
    assert {field.validation_alias for field in fields} == common | VARIABLES_OF[service]


def test_a_setting_is_read_from_its_variable_and_from_none_of_another_name(tmp_path: Path) -> None:
    environment = tmp_path / "environment"
    given = {**GIVEN, "FETTLE_POOL_SIZE": "7", "HOST": "elsewhere", "ENV": "development"}
    environment.write_text("".join(f"{name}={value}\n" for name, value in given.items()))

    settings = _Settings(_env_file=environment)

    assert (settings.pool_size, settings.host, settings.env) == (7, "127.0.0.1", "production")


def test_keys_are_read_in_order_and_the_first_one_signs() -> None:
    settings = _Settings.model_validate(GIVEN)

    assert settings.offer_keys == (("k2", b"k" * 32), ("k1", b"k" * 32))


@pytest.mark.parametrize(
    "keys",
    [
        "",
        ",",
        "k1",
        ":" + KEY,
        "k1:",
        "k1:???",
        "k1:" + base64.b64encode(b"x" * 31).decode(),
        f"{KEY}",
    ],
)
def test_keys_that_cannot_sign_are_refused(keys: str) -> None:
    with pytest.raises(ValidationError) as wrong:
        _Settings.model_validate({**GIVEN, "FETTLE_OFFER_KEYS": keys})

    assert wrong.value.errors()[0]["loc"] == ("FETTLE_OFFER_KEYS",)
    assert "openssl rand -base64 32" in wrong.value.errors()[0]["msg"]
    assert KEY not in str(wrong.value.errors(include_input=False, include_url=False))


def test_two_keys_of_one_name_are_refused() -> None:
    with pytest.raises(ValidationError, match="another kid for each key"):
        _Settings.model_validate({**GIVEN, "FETTLE_OFFER_KEYS": f"k1:{KEY},k1:{KEY}"})


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("FETTLE_POOL_SIZE", "1"),
        ("FETTLE_POOL_SIZE", "many"),
        ("FETTLE_NATS_CA", "/no/such/file"),
        ("FETTLE_LOG_LEVEL", "loud"),
        ("FETTLE_ENV", "test"),
        ("FETTLE_BODY_LIMIT_BYTES", "0"),
    ],
)
def test_a_wrong_value_is_named(name: str, value: str) -> None:
    with pytest.raises(ValidationError) as wrong:
        _Settings.model_validate({**GIVEN, name: value})

    assert wrong.value.errors()[0]["loc"] == (name,)


def test_the_former_size_of_streams_is_refused_with_what_to_set_instead(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("FETTLE_STREAM_MAX_BYTES", "1073741824")

    with pytest.raises(ValidationError) as wrong:
        _Settings.model_validate(GIVEN)

    assert "set FETTLE_TICKETS_PER_DAY" in wrong.value.errors()[0]["msg"]


def test_settings_cannot_be_changed() -> None:
    settings = _Settings.model_validate(GIVEN)

    with pytest.raises(ValidationError):
        setattr(settings, "port", 2)  # noqa: B010 - a type checker would not let it pass


@pytest.mark.parametrize(
    ("name", "days", "least"),
    [
        ("FETTLE_SNAPSHOT_RETENTION_DAYS", "29", "30"),
        ("FETTLE_SNAPSHOT_RETENTION_DAYS", "-1", "30"),
        ("FETTLE_TICKET_RETENTION_DAYS", "89", "90"),
        ("FETTLE_TICKET_RETENTION_DAYS", "40000", "90"),
    ],
)
def test_what_would_be_forgotten_too_early_is_refused_with_the_reason(
    name: str, days: str, least: str
) -> None:
    with pytest.raises(ValidationError) as wrong:
        _Settings.model_validate({**GIVEN, name: days})

    assert f"expected 0 (for ever) or {least} to 36525 days: " in wrong.value.errors()[0]["msg"]


def test_nothing_is_forgotten_where_the_days_are_none() -> None:
    settings = _Settings.model_validate(
        {**GIVEN, "FETTLE_SNAPSHOT_RETENTION_DAYS": "0", "FETTLE_TICKET_RETENTION_DAYS": "90"}
    )

    assert (settings.snapshot_retention_days, settings.ticket_retention_days) == (0, 90)


@pytest.mark.parametrize(
    ("text", "origins"),
    [
        ("", ()),
        ("*", ("*",)),
        (
            "https://app.example, http://localhost:5173,",
            ("https://app.example", "http://localhost:5173"),
        ),
        ("http://[::1]:8080", ("http://[::1]:8080",)),
    ],
)
def test_origins_of_pages_are_read(text: str, origins: tuple[str, ...]) -> None:
    assert _Settings.model_validate({**GIVEN, "FETTLE_CORS_ORIGINS": text}).cors_origins == origins


@pytest.mark.parametrize(
    "text", ["app.example", "https://app.example/", "https://*.example", "null", "https://a,b"]
)
def test_what_is_no_origin_of_a_page_is_refused(text: str) -> None:
    with pytest.raises(ValidationError, match="FETTLE_CORS_ORIGINS"):
        _Settings.model_validate({**GIVEN, "FETTLE_CORS_ORIGINS": text})
