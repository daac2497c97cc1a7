"""What sla is told by its environment; read by `main` alone."""

from pydantic import Field

from shared.setting_types import DatabaseUrl
from shared.settings import ServiceSettings


class Settings(ServiceSettings):
    database_url: DatabaseUrl = Field(validation_alias="FETTLE_SLA_DATABASE_URL")
    port: int = Field(8003, ge=1, le=65535, validation_alias="FETTLE_SLA_PORT")
