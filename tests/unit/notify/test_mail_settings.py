"""How a mail server and a sender are set."""

from typing import Any

import pytest
from pydantic import ValidationError

from services.notify.adapters.mail_server import MailServer
from services.notify.settings import Settings
from tests.support.component import OFFER_KEYS, SECRETS_KEYS

GIVEN: dict[str, Any] = {
    "env": "development",
    "database_url": "postgresql://localhost/none",
    "jwks": "none",
    "issuer": "none",
    "offer_keys": OFFER_KEYS,
    "secrets_keys": SECRETS_KEYS,
}
SENDER = "Fettle <repairs@fettle.example>"


def settings(**given: Any) -> Settings:
    return Settings.of(**{**GIVEN, **given})


def test_without_a_mail_server_the_channel_is_off() -> None:
    assert settings().smtp_url is None
    assert settings(smtp_url="", mail_from="").smtp_url is None


@pytest.mark.parametrize(
    "url",
    [
        "smtp://mail.example",
        "smtp://mail.example:2525?starttls=require",
        "smtp://user:p%40ss@mail.example?starttls=offered",
        "smtp://127.0.0.1:1025?starttls=off",
        "smtp://[::1]:1025",
        "smtps://user:pass@mail.example",
        "file:.fettle/mail",
        "file:/var/mail%20box",
    ],
)
def test_a_mail_server_or_a_folder_is_taken(url: str) -> None:
    assert settings(smtp_url=url, mail_from=SENDER).smtp_url == url


@pytest.mark.parametrize(
    "url",
    [
        "mail.example",
        "smtp://",
        "smtp://mail.example:0",
        "smtp://mail.example:99999",
        "smtp://mail.example/inbox",
        "smtp://mail.example?starttls=maybe",
        "smtp://mail.example?tls=yes",
        "smtp://mail.example?starttls",
        "smtps://mail.example?starttls=require",
        "https://mail.example",
        "file:",
        "file://server/share",
    ],
)
def test_what_is_neither_is_refused_with_what_is_expected(url: str) -> None:
    with pytest.raises(ValidationError, match="expected smtp://"):
        settings(smtp_url=url, mail_from=SENDER)


def test_a_mail_server_wants_a_sender() -> None:
    with pytest.raises(ValidationError, match="FETTLE_MAIL_FROM"):
        settings(smtp_url="smtps://mail.example")
    with pytest.raises(ValidationError, match="expected NAME <ADDRESS>"):
        settings(smtp_url="smtps://mail.example", mail_from="Fettle")


@pytest.mark.parametrize(
    ("url", "port", "implicit_tls", "starttls"),
    [
        ("smtp://mail.example", 587, False, "offered"),
        ("smtp://mail.example:25?starttls=require", 25, False, "require"),
        ("smtp://mail.example?starttls=off", 587, False, "off"),
        ("smtps://mail.example", 465, True, "off"),
    ],
)
def test_a_url_says_how_to_connect(url: str, port: int, implicit_tls: bool, starttls: str) -> None:
    server = MailServer.of(url)

    assert (server.host, server.port) == ("mail.example", port)
    assert (server.implicit_tls, server.starttls) == (implicit_tls, starttls)


def test_a_password_is_decoded_and_shown_to_no_one() -> None:
    server = MailServer.of("smtp://fettle%40example.com:p%40ss%3Aword@mail.example")

    assert (server.username, server.password) == ("fettle@example.com", "p@ss:word")
    assert "p@ss" not in repr(server)
