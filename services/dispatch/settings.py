"""What dispatch is told by its environment."""

from pydantic import Field

from shared.setting_types import DatabaseUrl, OfferKeys
from shared.settings import ServiceSettings


class Settings(ServiceSettings):
    database_url: DatabaseUrl = Field(validation_alias="FETTLE_DISPATCH_DATABASE_URL")
    port: int = Field(8002, ge=1, le=65535, validation_alias="FETTLE_DISPATCH_PORT")
    offer_keys: OfferKeys
    """The keys that sign offer and job tokens, `kid:SEED,…` with Ed25519 seeds of 32 bytes in
    base64; the first signs, all prove.
    """
