"""What __service__ is told by its environment; read by `main` alone."""

from pydantic import Field

from shared.setting_types import DatabaseUrl
from shared.settings import ServiceSettings


class Settings(ServiceSettings):
    database_url: DatabaseUrl = Field(validation_alias="FETTLE___SERVICE___DATABASE_URL")
    port: int = Field(__port__, ge=1, le=65535, validation_alias="FETTLE___SERVICE___PORT")
