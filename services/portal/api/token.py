"""`POST /token`: a token for an API key."""

import base64
import binascii
from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import JSONResponse

from services.portal.actions.api_keys import grants_of, prove_key
from services.portal.adapters.tokens import LIFETIME_S, Bearer
from services.portal.api.state import PortalState
from services.portal.api.visiting import address_prefix, visit_of
from shared.errors import Invalid, Unauthenticated
from shared.http.state import state_of
from shared.http.strict_json import parse_json, read_body

router = APIRouter(tags=["token"])

_MAX_BODY_BYTES = 4096
_BODY_TIMEOUT_S = 10.0


class NoKey(Unauthenticated):
    """Without a key there is no token."""

    code = "no_api_key"
    fields = {"WWW-Authenticate": 'Basic realm="fettle"'}


@router.post("/token")
async def exchange(request: Request) -> JSONResponse:
    """Return a token for the API key in the body (`{"api_key": …}`), or in the `Authorization`
    header (`Basic`, the key as the password). It is good for ten minutes at every service.
    """
    await visit_of(request)  # refuses what does not come by https
    text = await _key_in(request)
    state = state_of(request, PortalState)
    key = await prove_key(state.database, text, address=address_prefix(request))
    token = state.signer.fresh_token(Bearer(person_id=key.subject, grants=grants_of(key)))
    return JSONResponse(
        {"access_token": token, "token_type": "Bearer", "expires_in": LIFETIME_S},
        headers={"Cache-Control": "no-store"},
    )


async def _key_in(request: Request) -> str:
    """Return the text of the key. Raises NoKey, Invalid, and what bodies are refused with."""
    body = await read_body(request, _MAX_BODY_BYTES, timeout_s=_BODY_TIMEOUT_S)
    scheme, _, given = request.headers.get("authorization", "").partition(" ")
    if scheme.lower() == "basic":
        return _password_of(given.strip())
    if not body:
        raise NoKey('Send {"api_key": …}, or the key by `Authorization: Basic`.')
    value: Any = parse_json(body, request.headers.get("content-type"))
    key = value.get("api_key") if isinstance(value, dict) else None
    if not isinstance(key, str):
        raise Invalid("It has to be a text.", field="/api_key")
    return key


def _password_of(credentials: str) -> str:
    """Return the password of `Basic` credentials (RFC 7617); the user's name where that is all."""
    try:
        user, _, password = base64.b64decode(credentials, validate=True).decode().partition(":")
    except (binascii.Error, ValueError) as error:
        raise NoKey("The Authorization header cannot be read.") from error
    return password or user
