"""What production refuses: settings that only a laptop may have."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from ipaddress import IPv4Network, IPv6Network, ip_address, ip_network
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

DEVELOPMENT_ISSUER = "fettle-dev"
"""The `iss` of the issuer that gives tokens to all who ask."""

Network = IPv4Network | IPv6Network

_MIN_DISTINCT_BYTES = 16
"""Of 32 random bytes fewer differ once in 10 ** 14 keys."""
_KNOWN_PASSWORDS = frozenset(
    (
        *("admin", "change-me", "change_me", "changeme", "default", "demo", "example", "fettle"),
        *("guest", "nats", "pass", "passw0rd", "password", "postgres", "root", "secret", "test"),
    )
)
_OF_THIS_MACHINE = tuple(
    ip_network(each)
    for each in (
        *("0.0.0.0/8", "127.0.0.0/8", "169.254.0.0/16", "::/127", "fe80::/10"),
        *("::ffff:0.0.0.0/104", "::ffff:127.0.0.0/104", "::ffff:169.254.0.0/112"),
    )
)
_MIN_PREFIX_BITS = 7
"""Private addresses of IPv6 are the largest range that stands for one network, `fc00::/7`."""
_ENCRYPTED_MODES = frozenset(("require", "true", "verify-ca", "verify-full"))
_PLAIN_HTTP = "is not encrypted; production needs https://"
_LOOPBACK = ("localhost", "127.0.0.1", "::1")
_NAMES_WITHIN = (".internal", ".local", ".localhost")
"""Ends of names that no one resolves outside their network (RFC 6762, RFC 6761, ICANN)."""


@dataclass(frozen=True)
class InProduction:
    """Marks the type of a setting (`Annotated`): `fault_of` says what is wrong with a value in
    production, or returns None.
    """

    fault_of: Callable[[Any], str | None]


def _plain_http(values: str | tuple[str, ...] | None) -> str | None:
    for value in (values,) if isinstance(values, str) else values or ():
        if value.lower().startswith("http://"):
            return f"{value.partition('?')[0]} {_PLAIN_HTTP}"
    return None


def _plain_http_afar(url: str) -> str | None:
    parts = urlsplit(url)
    if parts.scheme.lower() == "http" and not _is_nearby(parts.hostname or ""):
        return f"{url} {_PLAIN_HTTP}, or a host of the same network, such as http://tickets:8001"
    return None


def _is_nearby(host: str) -> bool:
    """Return whether that is this machine or one of a private network, by address or by name."""
    try:
        return ip_address(host).is_private
    except ValueError:
        return "." not in host or host.lower().endswith(_NAMES_WITHIN)


def _of_development(issuers: tuple[str, ...]) -> str | None:
    if DEVELOPMENT_ISSUER in issuers:
        return (
            f"{DEVELOPMENT_ISSUER} is the development issuer, which gives a token to all who ask; "
            "name your own"
        )
    return _plain_http(issuers)


def _with_private_half(sources: tuple[str, ...]) -> str | None:
    for source in sources:
        if "://" not in source and Path(source).with_name("issuer.json").exists():
            return (
                f"{source} is the development issuer's, whose private key lies beside it; "
                "name your own issuer's keys"
            )
    return _plain_http(sources)


def _of_this_machine(ranges: tuple[Network, ...]) -> str | None:
    for each in ranges:
        for ours in _OF_THIS_MACHINE:
            if each.version == ours.version and each.overlaps(ours):
                return f"{each} holds addresses of this machine or its link, such as {ours[1]}"
    return None


def _everyone(ranges: tuple[Network, ...]) -> str | None:
    for each in ranges:
        if each.prefixlen < _MIN_PREFIX_BITS:
            return f"{each} is far more than your network; name your proxies alone"
    return None


def _known_password(urls: str) -> str | None:
    for url in urls.split(","):
        try:
            parts = urlsplit(url)
            given = dict(parse_qsl(parts.query, keep_blank_values=True))
            user = unquote(parts.username or "") or given.get("user", "")
            password = given.get("password", None if parts.password is None else parts.password)
        except ValueError:
            continue  # whatever opens it says what is wrong
        if password is not None and unquote(password).lower() in {
            *_KNOWN_PASSWORDS,
            "",
            user.lower(),
        }:
            return (
                "its password is one that all know, or the user's name; make one with: "
                "openssl rand -hex 24"
            )
    return None


def is_known(secret: str) -> bool:
    """Return whether it is one that all know."""
    return secret.lower() in _KNOWN_PASSWORDS


def _open_mail(url: str | None) -> str | None:
    if url is None:
        return None
    if url.startswith("file:"):
        return "mails would stay in a folder; name a mail server, smtps://USER:PASSWORD@HOST"
    parts = urlsplit(url)
    if parts.scheme == "smtp" and ("starttls", "require") not in parse_qsl(parts.query):
        return "is not encrypted; production needs smtps://…, or smtp://…?starttls=require"
    return _known_password(url)


def is_loopback(url: str) -> bool:
    """Return whether the address is one that this machine alone can reach."""
    return urlsplit(url).hostname in _LOOPBACK


def is_plain(urls: str) -> bool:
    """Return whether a connection to one of the databases, brokers or services leaves this machine
    without TLS.
    """
    for url in urls.split(","):
        try:
            parts = urlsplit(url)
            ssl = {value for name, value in parse_qsl(parts.query) if name in ("ssl", "sslmode")}
            host = parts.hostname
        except ValueError:
            continue
        if (
            parts.scheme not in ("https", "tls")
            and not ssl & _ENCRYPTED_MODES
            and host not in (None, *_LOOPBACK)
        ):
            return True
    return False


def _written_by_hand(keys: tuple[tuple[str, bytes], ...]) -> str | None:
    for kid, key in keys:
        if len({*key}) < _MIN_DISTINCT_BYTES or re.fullmatch(rb"[ -~]+", key):
            return f"the key {kid} is not random; make one with: openssl rand -base64 32"
    return None


ENCRYPTED = InProduction(_plain_http)
NEARBY = InProduction(_plain_http_afar)
ISSUERS = InProduction(_of_development)
ISSUER_KEYS = InProduction(_with_private_half)
NOT_EVERYONE = InProduction(_everyone)
OUTSIDE = InProduction(_of_this_machine)
MAIL_SERVER = InProduction(_open_mail)
SECRET_PASSWORD = InProduction(_known_password)
RANDOM_KEYS = InProduction(_written_by_hand)
