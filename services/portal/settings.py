"""What the portal is told by its environment; read by `main` alone."""

from pydantic import Field

from shared.production import is_loopback
from shared.setting_types import DatabaseUrl, PublicUrl, ServiceUrl, SigningKeys
from shared.settings import ProcessSettings


class Settings(ProcessSettings):
    database_url: DatabaseUrl = Field(validation_alias="FETTLE_PORTAL_DATABASE_URL")
    port: int = Field(8000, ge=1, le=65535, validation_alias="FETTLE_PORTAL_PORT")
    public_url: PublicUrl = "http://127.0.0.1:8000"
    """Where people reach the portal, without a path: in links, and as the `iss` of its tokens,
    which services have to trust.
    """
    portal_signing_keys: SigningKeys
    """The keys that sign the portal's tokens, `kid:SEED,…` with Ed25519 seeds of 32 bytes in
    base64; the first signs, `/.well-known/jwks.json` shows the public halves of all.
    """
    portal_subject: str = Field("portal", min_length=1, max_length=255)
    """The `sub` of the portal's own token, with which it has links to log in by sent."""
    tickets_url: ServiceUrl = "http://127.0.0.1:8001"
    """Where the portal reaches tickets: in production by https, or within one network."""
    dispatch_url: ServiceUrl = "http://127.0.0.1:8002"
    """Where the portal reaches dispatch."""
    sla_url: ServiceUrl = "http://127.0.0.1:8003"
    """Where the portal reaches sla."""
    notify_url: ServiceUrl = "http://127.0.0.1:8004"
    """Where the portal reaches notify."""

    @property
    def has_demo_logins(self) -> bool:
        """Whether all who ask are signed in as people of the site demo: on a laptop alone."""
        return self.env == "development" and is_loopback(self.public_url)
