"""What every process is told by its environment.

Read once, by `main`; a wrong value stops the start with its name.
"""

import os
import sys
from collections.abc import Mapping
from typing import Any, Literal, Self, TypeVar

from pydantic import (
    AliasGenerator,
    Field,
    FilePath,
    ValidationError,
    ValidationInfo,
    create_model,
    field_validator,
    model_validator,
)
from pydantic_settings import BaseSettings, SettingsConfigDict

from shared.production import NEARBY, SECRET_PASSWORD, InProduction, is_plain
from shared.setting_types import (
    BaseUrl,
    DatabaseUrl,
    Issuers,
    KeySources,
    NatsUrl,
    Origins,
    ProxyRanges,
    RowDays,
    SnapshotDays,
)


def _variable(name: str) -> str:
    return f"FETTLE_{name.upper()}"


class ProcessSettings(BaseSettings):
    """The settings that every process with a database and a port of its own shares; it adds
    `database_url`, `port` and its own. A setting is the environment variable `FETTLE_<NAME>`,
    unless its field names another one.
    """

    model_config = SettingsConfigDict(
        # An alias, not `env_prefix`: a wrong value is then reported by its variable's name. And no
        # `populate_by_name`: it takes `ENV` and `HOST` from a shell too.
        alias_generator=AliasGenerator(validation_alias=_variable),
        frozen=True,
        extra="ignore",
    )

    env: Literal["development", "production"] = "production"
    """`development` allows what only a laptop may do, such as webhooks to loopback addresses;
    `production` refuses such settings at the start, all that are faulty at once.
    """
    host: str = "127.0.0.1"
    """The address that the service listens on."""
    database_url: DatabaseUrl
    """The service's own PostgreSQL database (15 or later); with TLS
    `postgresql://…?sslmode=verify-full&sslrootcert=FILE`.
    """
    port: int
    """The port that the service listens on."""
    instance_port: int | None = Field(None, ge=1, le=65535)
    """A second port, of this instance alone, for its health and metrics.

    Where it is set, other instances may share the first one.
    """
    audience: str = "fettle"
    """The `aud` that tokens must have."""
    log_level: Literal["debug", "info", "warning", "error"] = "info"
    """What is logged: this and everything graver."""
    pool_size: int = Field(10, ge=2, le=200)
    """How many connections to its database a service holds at most."""
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
    public_url: BaseUrl = None
    """Where clients reach the service, without a `/` at the end. The contract names it, and where
    it is https browsers are told to come by nothing else.
    """
    trusted_proxies: ProxyRanges = ()
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
    def issuers(self) -> Mapping[str, str]:
        """Where the keys of each issuer are whose bearer tokens are taken, by its `iss`."""
        return {}

    @classmethod
    def of(cls, **values: Any) -> Self:
        """Return settings with these values, by field; what is left out is read as at a start."""
        return cls(
            **{
                str(cls.model_fields[name].validation_alias): value
                for name, value in values.items()
            }
        )

    @classmethod
    def read(cls) -> Self:
        """Return the environment's settings; wrong ones end the process with 2 and their names, and
        so do those that production refuses.
        """
        try:
            return guarded(cls)()
        except ValidationError as error:
            for fault in error.errors(include_url=False, include_input=False):
                # before there are logs
                print(cls._said(fault), file=sys.stderr)  # noqa: T201
            sys.exit(2)

    @classmethod
    def _said(cls, fault: Any) -> str:
        """Return the line about a wrong setting; a default that is wrong here is named as its
        variable, too.
        """
        name, said = "/".join(map(str, fault["loc"])), fault["msg"].removeprefix("Value error, ")
        if name in cls.model_fields:
            name = str(cls.model_fields[name].validation_alias)
        return f"setting {name}: {said}" if name else said

    def without_tls(self) -> list[str]:
        """Return, in production, the variables whose connections leave this machine without TLS."""
        return [
            str(field.validation_alias)
            for name, field in type(self).model_fields.items()
            if (SECRET_PASSWORD in field.metadata or NEARBY in field.metadata)
            and self.env == "production"
            and is_plain(getattr(self, name))
        ]


class ServiceSettings(ProcessSettings):
    """The settings of every service, which takes bearer tokens, and hears and publishes facts."""

    nats_url: NatsUrl = "nats://127.0.0.1:4222"
    """The NATS server or cluster (2.11 or later), with JetStream: `nats://` or `tls://`."""
    nats_ca: FilePath | None = None
    """The file with the certificates that a `tls://` server's is to be signed by; by default those
    that the system trusts.
    """
    nats_api: str = Field("$JS.API", pattern=r"^[^\s.*>]+(\.[^\s.*>]+)*$")
    """What the subjects of JetStream's API begin with: `fettle.js` with an account for each
    service, as deploy/nats.conf has it.
    """
    jwks: KeySources
    """Where the issuer's public keys are: a path, or an http(s) address of theirs or of the
    issuer's `/.well-known/openid-configuration`. Of several issuers one for each, in the same
    order, separated by commas.
    """
    issuer: Issuers
    """The `iss` that tokens must have; several trusted issuers are separated by commas."""
    outbox_max_rows: int = Field(1_000_000, ge=1)
    """How many facts may wait for the broker before requests are refused with 503
    `backlog_full`.
    """
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

    @property
    def issuers(self) -> Mapping[str, str]:
        return dict(zip(self.issuer, self.jwks, strict=True))

    @model_validator(mode="after")
    def _have_keys_of_each_issuer(self) -> Self:
        if len(self.issuer) != len(self.jwks):
            raise ValueError(
                f"FETTLE_ISSUER names {len(self.issuer)} and FETTLE_JWKS {len(self.jwks)}; "
                "expected the keys of each issuer, in the same order"
            )
        return self

    @model_validator(mode="before")
    @classmethod
    def _refuse_former(cls, given: dict[str, Any]) -> dict[str, Any]:
        if "FETTLE_STREAM_MAX_BYTES" in os.environ:
            raise ValueError(
                "FETTLE_STREAM_MAX_BYTES is no setting any more: unset it and "
                "set FETTLE_TICKETS_PER_DAY, from which sizes follow"
            )
        return given


S = TypeVar("S", bound=ProcessSettings)


def guarded(settings: type[S]) -> type[S]:
    """Return the settings, which in production refuse what is marked InProduction: each faulty
    setting by its variable's name, beside those that are wrong everywhere.
    """

    def refuse(cls: type[S], value: Any, info: ValidationInfo) -> Any:
        if info.data.get("env") == "production" and info.field_name is not None:
            for mark in cls.model_fields[info.field_name].metadata:
                if isinstance(mark, InProduction) and (fault := mark.fault_of(value)):
                    raise ValueError(f"FETTLE_ENV is production: {fault}")
        return value

    return create_model(
        settings.__name__,
        __base__=settings,
        __validators__={"in_production": field_validator("*")(refuse)},
    )
