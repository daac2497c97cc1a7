"""The public keys of the portal's tokens, where the other services look for them."""

from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import JSONResponse

from services.portal.api.state import PortalState
from shared.http.state import state_of

router = APIRouter(prefix="/.well-known", tags=["keys"])

_FIELDS = {"Cache-Control": "public, max-age=60"}


@router.get("/jwks.json")
async def jwks(request: Request) -> JSONResponse:
    """Return the keys (RFC 7517)."""
    return JSONResponse(state_of(request, PortalState).signer.jwks(), headers=_FIELDS)


@router.get("/openid-configuration")
async def configuration(request: Request) -> JSONResponse:
    """Return what OpenID Connect Discovery 1.0 has of an issuer that signs and does no more."""
    signer = state_of(request, PortalState).signer
    document: dict[str, Any] = {
        "issuer": signer.issuer,
        "jwks_uri": f"{signer.issuer}/.well-known/jwks.json",
        "response_types_supported": ["token"],
        "subject_types_supported": ["public"],
        "id_token_signing_alg_values_supported": ["Ed25519", "EdDSA"],
    }
    return JSONResponse(document, headers=_FIELDS)
