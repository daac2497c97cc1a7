"""What every service is told by its environment.

Read once, by `main`; a wrong value stops the start with its name.
"""

import base64
import binascii
import os
import re
from typing import Annotated, Any, Literal, Self

from pydantic import AfterValidator, AliasGenerator, BeforeValidator, Field, model_validator
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict


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
]
SecretsKeys = Annotated[
    _Keys,
    NoDecode,
    _keys_of_32_bytes("an AES-256 key", 'make one with: echo "k1:$(openssl rand -base64 32)"'),
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
Origins = Annotated[tuple[str, ...], NoDecode, BeforeValidator(_origins)]


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
    """`development` allows what only a laptop may do, such as webhooks to loopback addresses."""
    host: str = "127.0.0.1"
    """The address that the service listens on."""
    database_url: str
    """The service's own PostgreSQL database (15 or later)."""
    port: int
    """The port that the service listens on."""
    instance_port: int | None = Field(None, ge=1, le=65535)
    """A second port, of this instance alone, for its health and metrics.

    Where it is set, other instances may share the first one.
    """
    nats_url: str = Field("nats://127.0.0.1:4222", pattern=r"^(nats|tls)://\S+$")
    """The NATS server or cluster (2.11 or later), with JetStream: `nats://` or `tls://`."""
    jwks: str
    """Where the issuer's public keys are: a path or an http(s) address."""
    issuer: str
    """The `iss` that tokens must have."""
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
    reads_per_s: float = Field(50, ge=1, le=100_000)
    """How many requests that change nothing a caller may send to an instance each second; an
    address as many before it is known who asks.
    """
    writes_per_s: float = Field(20, ge=1, le=100_000)
    """How many requests that change something a caller may send to an instance each second."""
    request_burst: int = Field(200, ge=1, le=1_000_000)
    """How many of either a caller may send at once after a pause."""
    requests_per_caller: int = Field(64, ge=1, le=10_000)
    """How many requests of a caller an instance works on at once, live streams apart."""
    uploads_per_caller: int = Field(8, ge=1, le=10_000)
    """How many of them may bring more than 64 KiB, or a body that does not say its length."""
    streams_per_caller: int = Field(20, ge=1, le=10_000)
    """How many live streams a caller may have open on an instance."""
    integration_factor: int = Field(10, ge=1, le=1000)
    """How many times all of that integrations have."""
    connections_per_address: int = Field(1000, ge=1, le=1_000_000)
    """How many connections an instance has open to one address, a tenth of which may be new each
    second; a proxy is one address.
    """
    cors_origins: Origins = ()
    """The web pages that may call the services from a browser, by origin, such as
    `https://app.example`, separated by commas; `*` is every page.
    """

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
