"""What the portal is told by its environment; read by `main` alone."""

from typing import Self

from pydantic import Field, model_validator

from shared.production import is_loopback
from shared.setting_types import (
    ClientSecret,
    DatabaseUrl,
    IssuerUrl,
    PublicUrl,
    ServiceUrl,
    SigningKeys,
)
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
    goal_percent: float = Field(95, ge=1, le=100)
    """How many of a hundred promises are to be kept: what managers' pages measure by."""
    oidc_issuer: IssuerUrl = None
    """The company's own OpenID Connect issuer, at which staff may sign in, as its `iss`. Unset,
    they sign in by link or password.
    """
    oidc_client_id: str | None = Field(None, min_length=1, max_length=255)
    """What the issuer knows the portal as; to be set with FETTLE_OIDC_ISSUER."""
    oidc_client_secret: ClientSecret = Field(None, min_length=1)
    """What proves that to the issuer; to be set with FETTLE_OIDC_ISSUER."""
    oidc_name: str = Field("SSO", min_length=1, max_length=40)
    """What people call the issuer; stands on the button that leads there."""

    @model_validator(mode="after")
    def _know_the_issuer_whole(self) -> Self:
        given = {
            "FETTLE_OIDC_ISSUER": self.oidc_issuer,
            "FETTLE_OIDC_CLIENT_ID": self.oidc_client_id,
            "FETTLE_OIDC_CLIENT_SECRET": self.oidc_client_secret,
        }
        unset = [name for name, value in given.items() if value is None]
        if 0 < len(unset) < len(given):
            raise ValueError(f"to sign in at an issuer set {' and '.join(unset)} too")
        return self

    @property
    def has_demo_logins(self) -> bool:
        """Whether all who ask are signed in as people of the site demo: on a laptop alone."""
        return self.env == "development" and is_loopback(self.public_url)
