"""What the portal is told of a company's own issuer: all of it, or nothing."""

from typing import Any

import pytest
from pydantic import ValidationError

from services.portal.settings import Settings
from shared.settings import guarded

GIVEN = {
    "database_url": "postgresql://portal:5c1e7d@127.0.0.1/portal",
    "portal_signing_keys": (("k", bytes(range(32))),),
    "public_url": "https://repairs.example",
    "tickets_url": "https://tickets.example",
    "dispatch_url": "https://dispatch.example",
    "sla_url": "https://sla.example",
    "notify_url": "https://notify.example",
}
ISSUER = {
    "oidc_issuer": "https://issuer.example/",
    "oidc_client_id": "portal",
    "oidc_client_secret": "a secret",
}


def test_an_issuer_is_named_whole() -> None:
    settings = guarded(Settings).of(**GIVEN, **ISSUER)

    assert settings.oidc_issuer == "https://issuer.example/"
    assert "a secret" not in repr(settings)


@pytest.mark.parametrize("missing", ISSUER)
def test_a_half_of_it_is_refused_and_what_is_missing_is_said(missing: str) -> None:
    given: dict[str, Any] = {name: value for name, value in ISSUER.items() if name != missing}

    with pytest.raises(ValidationError, match=f"FETTLE_{missing.upper()}"):
        guarded(Settings).of(**GIVEN, **given)


def test_production_takes_no_issuer_that_is_not_encrypted() -> None:
    with pytest.raises(ValidationError, match="not encrypted"):
        guarded(Settings).of(**GIVEN, **{**ISSUER, "oidc_issuer": "http://issuer.example"})
