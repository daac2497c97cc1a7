"""What the portal is told by its environment; read by `main` alone."""

from pydantic import Field

from shared.setting_types import BaseUrl, DatabaseUrl, OfferKeys, PublicUrl
from shared.settings import ServiceSettings


class Settings(ServiceSettings):
    database_url: DatabaseUrl = Field(validation_alias="FETTLE_PORTAL_DATABASE_URL")
    port: int = Field(8000, ge=1, le=65535, validation_alias="FETTLE_PORTAL_PORT")
    tickets_url: PublicUrl = "http://127.0.0.1:8001"
    dispatch_url: PublicUrl = "http://127.0.0.1:8002"
    sla_url: PublicUrl = "http://127.0.0.1:8003"
    notify_url: PublicUrl = "http://127.0.0.1:8004"
    portal_signing_keys: OfferKeys
    """The keys that sign the tokens of people who are signed in, `kid:SEED,…` with 32 bytes in
    base64; the first signs, the public halves of all are shown.
    """
    portal_subject: str = Field("portal", min_length=1, max_length=255)
    """The `sub` of the portal's own tokens."""
    public_url: BaseUrl = None
