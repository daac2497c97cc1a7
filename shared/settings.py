"""What every service is told by its environment. Read once, by `main`; a wrong value stops the start with its name."""

import base64
import binascii
from typing import Annotated, Literal

from pydantic import BeforeValidator, Field
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict


def _parse_keys(text: object) -> object:
    """`k2:base64,k1:base64` → ((kid, key), …); the first one signs, the others only prove."""
    if not isinstance(text, str):
        return text
    keys = []
    for part in filter(None, (piece.strip() for piece in text.split(","))):
        kid, colon, encoded = part.partition(":")
        try:
            key = base64.b64decode(encoded, validate=True)
        except binascii.Error:
            key = b""
        if not kid or not colon or len(key) < 16:
            raise ValueError("expected kid:BASE64 pairs separated by commas, each key at least 16 bytes long")
        keys.append((kid, key))
    return tuple(keys)


OfferKeys = Annotated[tuple[tuple[str, bytes], ...], NoDecode, BeforeValidator(_parse_keys), Field(min_length=1)]


class ServiceSettings(BaseSettings):
    """The settings all services share; a service adds `database_url`, `port` and its own."""

    model_config = SettingsConfigDict(frozen=True, extra="ignore", populate_by_name=True)

    env: Literal["development", "production"] = Field("production", validation_alias="FETTLE_ENV")
    host: str = Field("127.0.0.1", validation_alias="FETTLE_HOST")
    database_url: str
    port: int
    nats_url: str = Field("nats://127.0.0.1:4222", validation_alias="FETTLE_NATS_URL")
    jwks: str = Field(validation_alias="FETTLE_JWKS")
    """Where the issuer's public keys are: a path or an http(s) address."""
    issuer: str = Field(validation_alias="FETTLE_ISSUER")
    audience: str = Field("fettle", validation_alias="FETTLE_AUDIENCE")
    log_level: Literal["debug", "info", "warning", "error"] = Field("info", validation_alias="FETTLE_LOG_LEVEL")
    stream_replicas: int = Field(1, ge=1, le=5, validation_alias="FETTLE_STREAM_REPLICAS")
    stream_max_bytes: int = Field(1 << 30, ge=1 << 20, validation_alias="FETTLE_STREAM_MAX_BYTES")
    outbox_max_rows: int = Field(1_000_000, ge=1, validation_alias="FETTLE_OUTBOX_MAX_ROWS")
    """How many facts may wait for the broker before requests are refused with 503 `backlog_full`."""
    pool_size: int = Field(10, ge=2, le=200, validation_alias="FETTLE_POOL_SIZE")
    body_limit_bytes: int = Field(262_144, ge=1024, validation_alias="FETTLE_BODY_LIMIT_BYTES")
