"""What notify is told by its environment; read by `main` alone."""

from typing import Annotated

from pydantic import Field

from shared.production import OUTSIDE
from shared.settings import (
    AddressRanges,
    AttemptDays,
    DatabaseUrl,
    OfferKeys,
    PublicUrl,
    RowDays,
    ServiceSettings,
)


class Settings(ServiceSettings):
    database_url: DatabaseUrl = Field(validation_alias="FETTLE_NOTIFY_DATABASE_URL")
    port: int = Field(8004, ge=1, le=65535, validation_alias="FETTLE_NOTIFY_PORT")
    offer_keys: OfferKeys
    dispatch_public_url: PublicUrl = "http://127.0.0.1:8002"
    """Where technicians' clients reach dispatch, without a path."""
    message_retention_days: RowDays = 366
    """How many days after the end of its ticket a message is deleted, with its deliveries.

    0 is for ever, or at least 90.
    """
    attempt_retention_days: AttemptDays = 30
    """How many days an attempt to deliver a webhook stays on record. 0 is for ever."""
    webhook_ranges: Annotated[AddressRanges, OUTSIDE] = ()
    """Private address ranges that webhooks may go to outside development."""
