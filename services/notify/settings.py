"""What notify is told by its environment; read by `main` alone."""

import ipaddress
from typing import Annotated

from pydantic import BeforeValidator, Field
from pydantic_settings import NoDecode

from shared.settings import AttemptDays, OfferKeys, RowDays, SecretsKeys, ServiceSettings

Range = ipaddress.IPv4Network | ipaddress.IPv6Network


def _parse_ranges(text: object) -> object:
    """Parse `10.1.0.0/16,fd00::/8` → networks."""
    if not isinstance(text, str):
        return text
    try:
        return tuple(ipaddress.ip_network(part.strip()) for part in text.split(",") if part.strip())
    except ValueError as error:
        raise ValueError(
            f"expected address ranges separated by commas, such as 10.1.0.0/16 ({error})"
        ) from error


class Settings(ServiceSettings):
    database_url: str = Field(validation_alias="FETTLE_NOTIFY_DATABASE_URL")
    port: int = Field(8004, ge=1, le=65535, validation_alias="FETTLE_NOTIFY_PORT")
    offer_keys: OfferKeys
    secrets_keys: SecretsKeys
    """The keys that seal endpoints' secrets in the database, `kid:KEY,…` with 32 bytes in base64;
    the first seals, all open.
    """
    dispatch_public_url: str = Field("http://127.0.0.1:8002", pattern=r"^https?://[^/\s]+$")
    """Where technicians' clients reach dispatch, without a path."""
    message_retention_days: RowDays = 366
    """How many days after the end of its ticket a message is deleted, with its deliveries.

    0 is for ever, or at least 90.
    """
    attempt_retention_days: AttemptDays = 30
    """How many days an attempt to deliver a webhook stays on record. 0 is for ever."""
    endpoints_per_registrar: int = Field(1000, ge=1)
    """How many endpoints one caller may have registered for others."""
    webhook_ranges: Annotated[tuple[Range, ...], NoDecode, BeforeValidator(_parse_ranges)] = ()
    """Private address ranges that webhooks may go to outside development."""
