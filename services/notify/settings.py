"""What notify is told by its environment; read by `main` alone."""

from typing import Annotated, Self

from pydantic import AfterValidator, Field, FilePath, model_validator

from services.notify.adapters.mails import sender_address
from shared.setting_types import (
    AttemptDays,
    BaseUrl,
    DatabaseUrl,
    MailServerUrl,
    OfferKeys,
    OutsideRanges,
    PublicUrl,
    RowDays,
    SecretsKeys,
)
from shared.settings import ServiceSettings


def _sender(text: str | None) -> str | None:
    if text:
        sender_address(text)
    return text or None


MailSender = Annotated[str | None, AfterValidator(_sender)]


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
    smtp_url: MailServerUrl = None
    """The mail server that e-mails are sent by: `smtp://USER:PASSWORD@HOST:587?starttls=require` or
    `smtps://…`; in development also `file:FOLDER`, where each is written as a file. Unset, the
    channel is off.
    """
    mail_from: MailSender = None
    """Who sends e-mails, `NAME <ADDRESS>`; to be set with FETTLE_SMTP_URL."""
    smtp_timeout_s: float = Field(30, ge=1, le=300)
    """How long sending one e-mail may take in all, in seconds."""
    smtp_connections: int = Field(4, ge=1, le=64)
    """How many connections an instance has to the mail server at most."""
    smtp_ca: FilePath | None = None
    """The file with the certificates that the mail server's is to be signed by; by default those
    that the system trusts.
    """
    portal_subject: str | None = Field(None, min_length=1, max_length=255)
    """The `sub` of the portal's tokens, which alone may have links to log in by sent."""
    portal_url: BaseUrl = None
    """Where people reach the portal, without a `/` at the end: links to log in by lead nowhere
    else. Unset, they lead where the portal says.
    """
    phone_country: str = Field("+86", pattern=r"^\+[1-9][0-9]{0,2}$")
    """What telephone numbers begin with that are given without a country."""
    webhook_ranges: OutsideRanges = ()
    """Private address ranges that webhooks may go to outside development."""

    @model_validator(mode="after")
    def _know_who_sends(self) -> Self:
        if self.smtp_url is not None and self.mail_from is None:
            raise ValueError("FETTLE_SMTP_URL is set: say in FETTLE_MAIL_FROM who sends")
        return self
