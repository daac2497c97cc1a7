"""The types that settings have: how each is written in the environment, and what production refuses
of it.
"""

import base64
import binascii
import ipaddress
import os
import re
from pathlib import Path
from typing import Annotated
from urllib.parse import parse_qsl, urlsplit

from pydantic import AfterValidator, BeforeValidator, DirectoryPath, Field, SecretStr
from pydantic_settings import NoDecode

from shared.production import (
    ENCRYPTED,
    ISSUER_KEYS,
    ISSUERS,
    MAIL_SERVER,
    NEARBY,
    NOT_EVERYONE,
    OUTSIDE,
    RANDOM_KEYS,
    SECRET_PASSWORD,
    InProduction,
    Network,
    is_known,
)


def _keys_of_32_bytes(what: str, remedy: str) -> BeforeValidator:
    """Parse `k2:BASE64,k1:BASE64` → ((kid, 32 bytes), …), at least one."""

    def parse(text: object) -> object:
        if not isinstance(text, str):
            return text
        keys = []
        for kid, colon, encoded in (
            piece.strip().partition(":") for piece in text.removesuffix(",").split(",")
        ):
            try:
                key = base64.b64decode(encoded, validate=True)
            except binascii.Error:
                key = b""
            if not kid or not colon or len(key) != 32:
                raise ValueError(
                    f"expected kid:BASE64 pairs separated by commas, each {what} of 32 bytes; "
                    f"{remedy}"
                )
            keys.append((kid, key))
        return tuple(keys)

    return BeforeValidator(parse)


_Keys = tuple[tuple[str, bytes], ...]


def _named_apart(keys: _Keys) -> _Keys:
    """Refuse two keys of one name: a token says by name which of them proves it."""
    names = [name for name, _ in keys]
    if len({*names}) < len(names):
        raise ValueError("expected another kid for each key, such as k2 for the one after k1")
    return keys


SigningKeys = Annotated[
    _Keys,
    NoDecode,
    _keys_of_32_bytes("an Ed25519 seed", 'make one with: echo "k1:$(openssl rand -base64 32)"'),
    AfterValidator(_named_apart),
    RANDOM_KEYS,
]
OfferKeys = SigningKeys
SecretsKeys = Annotated[
    _Keys,
    NoDecode,
    _keys_of_32_bytes("an AES-256 key", 'make one with: echo "k1:$(openssl rand -base64 32)"'),
    RANDOM_KEYS,
]
OfferPublicKeys = Annotated[
    _Keys,
    NoDecode,
    _keys_of_32_bytes(
        "an Ed25519 public key", "make them from FETTLE_OFFER_KEYS with deploy/offer_keys.sh"
    ),
    AfterValidator(_named_apart),
]


def _days(least: int, why: str) -> AfterValidator:
    """Return a validator of a number of days: at least `least`, or 0, which is for ever."""

    def check(days: int) -> int:
        if days and not least <= days <= _MAX_DAYS:
            raise ValueError(f"expected 0 (for ever) or {least} to {_MAX_DAYS} days: {why}")
        return days

    return AfterValidator(check)


_MAX_DAYS = 36_525
SnapshotDays = Annotated[int, _days(30, "a ticket can be reopened and rated for a month")]
AttemptDays = Annotated[int, _days(1, "what is deleted sooner is of no use")]
RowDays = Annotated[
    int, _days(90, "facts may be heard again for two months, and must find what they are about")
]


def _origins(text: object) -> object:
    """Parse `https://app.example,http://localhost:5173` or `*`."""
    if not isinstance(text, str):
        return text
    origins = [origin.strip() for origin in text.split(",") if origin.strip()]
    for origin in origins:
        if origin != "*" and not _ORIGIN.fullmatch(origin):
            raise ValueError(
                f"expected origins such as https://app.example, without a path, separated by "
                f"commas, or *; not {origin!r}"
            )
    return tuple(origins)


_ORIGIN = re.compile(r"https?://[a-z0-9.-]+(:[0-9]{1,5})?|https?://\[[0-9a-f:.]+\](:[0-9]{1,5})?")
Origins = Annotated[tuple[str, ...], NoDecode, BeforeValidator(_origins), ENCRYPTED]


def _names(text: object) -> object:
    """Parse `https://one.example,https://two.example`, at least one and none twice."""
    if not isinstance(text, str):
        return text
    names = [name.strip() for name in text.split(",")]
    if not all(names) or len({*names}) < len(names):
        raise ValueError("expected one, or several separated by commas, none empty and none twice")
    return tuple(names)


_Names = Annotated[tuple[str, ...], NoDecode, BeforeValidator(_names)]
Issuers = Annotated[_Names, ISSUERS]
KeySources = Annotated[_Names, ISSUER_KEYS]


def _writable(folder: Path) -> Path:
    if not os.access(folder, os.W_OK | os.X_OK):
        raise ValueError(f"expected a folder that this user may write to; {folder} is none")
    return folder


Folder = Annotated[DirectoryPath, AfterValidator(_writable)]


def _ranges(text: object) -> object:
    """Parse `10.1.0.0/16,fd00::/8` → networks."""
    if not isinstance(text, str):
        return text
    try:
        return tuple(ipaddress.ip_network(part.strip()) for part in text.split(",") if part.strip())
    except ValueError as error:
        raise ValueError(
            f"expected address ranges separated by commas, such as 10.1.0.0/16 ({error})"
        ) from error


AddressRanges = Annotated[tuple[Network, ...], NoDecode, BeforeValidator(_ranges)]
ProxyRanges = Annotated[AddressRanges, NOT_EVERYONE]
OutsideRanges = Annotated[AddressRanges, OUTSIDE]


def _mail_server(text: object) -> object:
    """Check `smtp://USER:PASSWORD@HOST:PORT?starttls=require`, `smtps://…` or `file:FOLDER`; an
    empty text is none.
    """
    if not isinstance(text, str):
        return text
    if not text:
        return None
    expected = (
        "expected smtp://USER:PASSWORD@HOST:PORT?starttls=require (or offered, off), smtps://… or "
        "file:FOLDER"
    )
    try:
        parts = urlsplit(text)
        port, options = parts.port, parse_qsl(parts.query, strict_parsing=bool(parts.query))
    except ValueError as error:
        raise ValueError(f"{expected} ({error})") from error
    if parts.scheme == "file" and parts.path and not parts.netloc:
        return text
    modes = [("starttls", mode) for mode in ("require", "offered", "off")]
    is_server = parts.scheme in ("smtp", "smtps") and parts.hostname and port != 0
    known = parts.scheme == "smtp" and len(options) == 1 and options[0] in modes
    if not is_server or parts.path.strip("/") or (options and not known):
        raise ValueError(expected)
    return text


def _known(secret: SecretStr | None) -> str | None:
    if secret is not None and is_known(secret.get_secret_value()):
        return "it is one that all know; set the one that the issuer made"
    return None


MailServerUrl = Annotated[str | None, BeforeValidator(_mail_server), MAIL_SERVER]
DatabaseUrl = Annotated[str, SECRET_PASSWORD]
ClientSecret = Annotated[SecretStr | None, InProduction(_known)]
NatsUrl = Annotated[str, Field(pattern=r"^(nats|tls)://\S+$"), SECRET_PASSWORD]
BaseUrl = Annotated[str | None, Field(pattern=r"^https?://\S+[^/\s]$"), ENCRYPTED]
PublicUrl = Annotated[str, Field(pattern=r"^https?://[^/\s]+$"), ENCRYPTED]
IssuerUrl = Annotated[str | None, Field(pattern=r"^https?://\S+$"), ENCRYPTED]
"""As its `iss` is written, which may end with a `/`."""
ServiceUrl = Annotated[str, Field(pattern=r"^https?://\S+[^/\s]$"), NEARBY]
