"""What tickets is told by its environment; read by `main` alone."""

from typing import Annotated

from pydantic import Field

from shared.setting_types import DatabaseUrl, Folder, OfferPublicKeys
from shared.settings import ServiceSettings


class Settings(ServiceSettings):
    database_url: DatabaseUrl = Field(validation_alias="FETTLE_TICKETS_DATABASE_URL")
    port: int = Field(8001, ge=1, le=65535, validation_alias="FETTLE_TICKETS_PORT")
    unit_claim_days: Annotated[int, Field(ge=0, le=3650)] = 30
    """How many days after a token last claimed a flat its bearer follows nothing more that others
    reported for it, where no record says that they live there. 0 is for ever.
    """
    attachments_folder: Folder
    """The folder that holds the files of tickets, on a disk that every instance of tickets shares;
    no other process needs it.
    """
    offer_public_keys: OfferPublicKeys
    """The public halves of FETTLE_OFFER_KEYS, `kid:KEY,…`: they prove offer and job tokens and sign
    none.
    """
