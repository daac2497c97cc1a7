"""What every service is told by its environment.

Read once, by `main`; a wrong value stops the start with its name.
"""

import base64
import binascii
import ipaddress
import os
import re
from typing import Annotated, Any, Literal, Self

from pydantic import AfterValidator, AliasGenerator, BeforeValidator, Field, model_validator
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

from shared.production import (
    ENCRYPTED,
    ISSUER_KEYS,
    ISSUERS,
    RANDOM_KEYS,
    SECRET_PASSWORD,
    Network,
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
OfferKeys = Annotated[
    _Keys,
    NoDecode,
    _keys_of_32_bytes("an Ed25519 seed", 'make one with: echo "k1:$(openssl rand -base64 32)"'),
    RANDOM_KEYS,
]
OfferPublicKeys = Annotated[
    _Keys,
    NoDecode,
    _keys_of_32_bytes(
        "an Ed25519 public key", "make them from FETTLE_OFFER_KEYS with deploy/offer_keys.sh"
    ),
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


Names = Annotated[tuple[str, ...], NoDecode, BeforeValidator(_names)]


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
DatabaseUrl = Annotated[str, SECRET_PASSWORD]
PublicUrl = Annotated[str, Field(pattern=r"^https?://[^/\s]+$"), ENCRYPTED]


def _variable(name: str) -> str:
    return f"FETTLE_{name.upper()}"


class ServiceSettings(BaseSettings):
    """The settings all services share; a service adds `database_url`, `port` and its own. A setting
    is the environment variable `FETTLE_<NAME>`, unless its field names another one.
    """

    model_config = SettingsConfigDict(
        # An alias, not `env_prefix`: a wrong value is then reported by its variable's name. And no
        # `populate_by_name`: it takes `ENV` and `HOST` from a shell too.
        alias_generator=AliasGenerator(validation_alias=_variable),
        frozen=True,
        extra="ignore",
        use_attribute_docstrings=True,
    )

    env: Literal["development", "production"] = "production"
    """`development` allows what only a laptop may do, such as webhooks to loopback addresses;
    `production` refuses such settings at the start, all that are faulty at once.
    """
    host: str = "127.0.0.1"
    """The address that the service listens on."""
    database_url: DatabaseUrl
    """The service's own PostgreSQL database (15 or later)."""
    port: int
    """The port that the service listens on."""
    instance_port: int | None = Field(None, ge=1, le=65535)
    """A second port, of this instance alone, for its health and metrics.

    Where it is set, other instances may share the first one.
    """
    nats_url: Annotated[str, SECRET_PASSWORD] = Field(
        "nats://127.0.0.1:4222", pattern=r"^(nats|tls)://\S+$"
    )
    """The NATS server or cluster (2.11 or later), with JetStream: `nats://` or `tls://`."""
    jwks: Annotated[Names, ISSUER_KEYS]
    """Where the issuer's public keys are: a path, or an http(s) address of theirs or of the
    issuer's `/.well-known/openid-configuration`. Of several issuers one for each, in the same
    order, separated by commas.
    """
    issuer: Annotated[Names, ISSUERS]
    """The `iss` that tokens must have; several trusted issuers are separated by commas."""
    audience: str = "fettle"
    """The `aud` that tokens must have."""
    log_level: Literal["debug", "info", "warning", "error"] = "info"
    """What is logged: this and everything graver."""
    stream_replicas: int = Field(1, ge=1, le=5)
    """How many NATS servers keep each stream; 3 in a cluster."""
    tickets_per_day: int = Field(2000, ge=1, le=10_000_000)
    """How many tickets a day each stream has room for, over the thirty days that it
    keeps: 20 KiB a ticket.
    """
    outbox_max_rows: int = Field(1_000_000, ge=1)
    """How many facts may wait for the broker before requests are refused with 503
    `backlog_full`.
    """
    pool_size: int = Field(10, ge=2, le=200)
    """How many connections to its database a service holds at most."""
    consumer_linger_ms: int = Field(50, ge=0, le=1000)
    """How long facts that are not urgent wait for others, to be handled in one
    transaction, in milliseconds.
    """
    snapshot_retention_days: SnapshotDays = 30
    """How many days after its end a service keeps what others told of a ticket; then id and version
    alone, up to 90 days. 0 is for ever, or at least 30.
    """
    ticket_retention_days: RowDays = 1826
    """How many days after its end a ticket is deleted, with its timeline, work and promises.

    0 is for ever, or at least 90.
    """
    body_limit_bytes: int = Field(262_144, ge=1024)
    """How large the body of a request may be, in bytes."""
    cors_origins: Origins = ()
    """The web pages that may call the services from a browser, by origin, such as
    `https://app.example`, separated by commas; `*` is every page.
    """

    public_url: Annotated[str | None, ENCRYPTED] = Field(None, pattern=r"^https?://\S+[^/\s]$")
    """Where clients reach the service, without a `/` at the end. The contract names it, and where
    it is https browsers are told to come by nothing else.
    """
    trusted_proxies: AddressRanges = ()
    """The addresses of proxies that are believed whose request they forward (`Forwarded` or
    `X-Forwarded-For`), as ranges separated by commas.
    """
    docs: bool | None = None
    """Whether `/docs` and `/openapi.json` are answered; unset, in development alone."""
    metrics: Literal["open", "instance_port", "off"] | None = None
    """Where `/metrics` is answered: at every port, or at FETTLE_INSTANCE_PORT alone; unset, `open`
    in development and `instance_port` in production.
    """

    @property
    def issuers(self) -> dict[str, str]:
        """Where the keys of each trusted issuer are, by its `iss`."""
        return dict(zip(self.issuer, self.jwks, strict=True))

    @model_validator(mode="after")
    def _have_keys_of_each_issuer(self) -> Self:
        if len(self.issuer) != len(self.jwks):
            raise ValueError(
                f"FETTLE_ISSUER names {len(self.issuer)} and FETTLE_JWKS {len(self.jwks)}; "
                "expected the keys of each issuer, in the same order"
            )
        return self

    @classmethod
    def of(cls, **values: Any) -> Self:
        """Return settings with these values, by field; what is left out is read as at a start."""
        return cls(
            **{
                str(cls.model_fields[name].validation_alias): value
                for name, value in values.items()
            }
        )

    @model_validator(mode="before")
    @classmethod
    def _refuse_former(cls, given: dict[str, Any]) -> dict[str, Any]:
        if "FETTLE_STREAM_MAX_BYTES" in os.environ:
            raise ValueError(
                "FETTLE_STREAM_MAX_BYTES is no setting any more: unset it and "
                "set FETTLE_TICKETS_PER_DAY, from which sizes follow"
            )
        return given
