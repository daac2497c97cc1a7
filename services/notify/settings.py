"""What notify is told by its environment; read by `main` alone."""

from pydantic import Field

from shared.setting_types import (
    AttemptDays,
    DatabaseUrl,
    OfferKeys,
    OutsideRanges,
    PublicUrl,
    RowDays,
    SecretsKeys,
)
from shared.settings import ServiceSettings


class Settings(ServiceSettings):
    database_url: DatabaseUrl = Field(validation_alias="FETTLE_NOTIFY_DATABASE_URL")
    port: int = Field(8004, ge=1, le=65535, validation_alias="FETTLE_NOTIFY_PORT")
    offer_keys: OfferKeys
    secrets_keys: SecretsKeys
    """The keys that seal endpoints' secrets in the database, `kid:KEY,…` with 32 bytes in base64;
    the first seals, all open.
    """
    dispatch_public_url: PublicUrl = "http://127.0.0.1:8002"
    """Where technicians' clients reach dispatch, without a path."""
    message_retention_days: RowDays = 366
    """How many days after the end of its ticket a message is deleted, with its deliveries.

    0 is for ever, or at least 90.
    """
    attempt_retention_days: AttemptDays = 30
    """How many days an attempt to deliver a webhook stays on record. 0 is for ever."""
    endpoints_per_registrar: int = Field(1000, ge=1)
    """How many endpoints one caller may have registered for others."""
    phone_country: str = Field("+86", pattern=r"^\+[1-9][0-9]{0,2}$")
    """What telephone numbers begin with that are given without a country."""
    webhook_ranges: OutsideRanges = ()
    """Private address ranges that webhooks may go to outside development."""
