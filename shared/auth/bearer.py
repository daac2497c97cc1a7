"""Bearer tokens of an OIDC issuer (RFC 9068 in spirit): algorithms pinned, issuer, audience and
expiry demanded.
"""

import asyncio
import contextlib
import json
import time
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import httpx
from joserfc import jwt
from joserfc.errors import InvalidKeyIdError, JoseError
from joserfc.jwk import KeySet

from shared.auth.caller import Caller, Grant, Role
from shared.auth.faults import fault_of
from shared.auth.proven_tokens import ProvenTokens
from shared.errors import Unauthenticated, Unavailable
from shared.ids import MAX_SUBJECT_LENGTH, PersonId, SiteId, is_subject
from shared.telemetry import get_logger

log = get_logger(__name__)

_ALGORITHMS = ["EdDSA", "Ed25519", "ES256", "RS256"]
_REFRESH_EVERY_S = 300.0
_REFRESH_AGAIN_S = 5.0
MAX_TOKEN_BYTES = 8192
_CLAIM_ERRORS = (ValueError, TypeError, KeyError, AttributeError, OverflowError, RecursionError)
"""What claims of odd shapes raise, in joserfc too."""


class BearerTokens:
    """Proves tokens against the issuer's keys, from a file or an address; a token once proven is
    remembered until it expires.
    """

    def __init__(self, jwks: str, *, issuer: str, audience: str) -> None:
        self._source = jwks
        self._issuer = issuer
        self._claims = jwt.JWTClaimsRegistry(
            leeway=5,
            iss={"essential": True, "value": issuer},
            aud={"essential": True, "value": audience},
            exp={"essential": True},
            sub={"essential": True},
        )
        self._keys: KeySet | None = None
        self._unknown_key = asyncio.Event()
        self._proven: ProvenTokens[Caller] = ProvenTokens()

    async def refresh(self) -> None:
        """Read the issuer's keys anew; log a failure and keep those that are known."""
        try:
            keys = KeySet.import_key_set(await self._fetch())
            if not keys.keys:
                raise ValueError("there is no key in it")
        except (
            OSError,
            ValueError,
            TypeError,
            KeyError,
            AttributeError,
            JoseError,
            httpx.HTTPError,
        ) as error:
            log.warning(
                "issuer_keys_unreadable",
                source=self._source,
                error=str(error),
                have=self._keys is not None,
            )
        else:
            self._keys = keys
            self._proven.clear()

    async def refresh_issuer_keys(self) -> None:
        """Read the issuer's keys again and again until cancelled, so that no request waits for
        them.
        """
        while True:
            await self.refresh()
            self._unknown_key.clear()
            # however many unknown keys are shown, the issuer is asked no oftener than this
            await asyncio.sleep(_REFRESH_AGAIN_S)
            if self._keys is not None:
                with contextlib.suppress(TimeoutError):
                    async with asyncio.timeout(_REFRESH_EVERY_S):
                        await self._unknown_key.wait()

    @property
    def ready(self) -> bool:
        return self._keys is not None

    def known(self, token: str) -> Caller | None:
        """Return the caller where the token was proven before, at the cost of a look."""
        return self._proven.get(token, time.time())

    def prove(self, token: str) -> Caller:
        """Return the caller that the token proves.

        Raises Unauthenticated, which says what is wrong with the token and never what is in it;
        Unavailable without keys.
        """
        known = self._proven.get(token, time.time())
        if known is not None:
            return known
        if self._keys is None:
            raise Unavailable(
                "The issuer's keys could not be read yet; try again in a few seconds."
            )
        if len(token) > MAX_TOKEN_BYTES:
            raise Unauthenticated("The token is too long.")
        try:
            decoded = jwt.decode(token, self._keys, algorithms=_ALGORITHMS)
            self._claims.validate(decoded.claims)
            expires_at = float(decoded.claims["exp"])
        except (JoseError, *_CLAIM_ERRORS) as error:
            if isinstance(error, InvalidKeyIdError):
                self._unknown_key.set()
            raise Unauthenticated(fault_of(error)) from error
        try:
            caller = _caller(decoded.claims)
        except (*_CLAIM_ERRORS, OSError) as error:
            raise Unauthenticated(fault_of(error)) from error
        self._proven.add(token, expires_at, caller)
        return caller

    async def _fetch(self) -> Any:
        if not _is_address(self._source):
            return json.loads(await asyncio.to_thread(Path(self._source).read_text))
        async with httpx.AsyncClient(timeout=5) as client:
            document = (await client.get(self._source)).raise_for_status().json()
            if "jwks_uri" not in document:
                return document
            # OpenID Connect Discovery 1.0, 4.3: whoever answers for another issuer is not believed
            if document.get("issuer") != self._issuer:
                raise ValueError("it is the configuration of another issuer")
            keys_at = str(document["jwks_uri"])
            if not _is_address(keys_at) or (
                self._source.startswith("https:") and not keys_at.startswith("https:")
            ):
                raise ValueError("its `jwks_uri` is no address as safe as its own")
            return (await client.get(keys_at)).raise_for_status().json()


def _is_address(source: str) -> bool:
    return source.startswith(("http://", "https://"))


def _caller(claims: dict[str, Any]) -> Caller:
    subject = claims["sub"]
    if not is_subject(subject):
        raise Unauthenticated(
            f"The token's `sub` has to be 1 to {MAX_SUBJECT_LENGTH} printable characters, and not "
            "blank."
        )
    grants = []
    for entry in _list_of(claims, "roles"):
        try:
            role, site = Role(entry["role"]), entry["site"]
        except (KeyError, TypeError, ValueError):
            continue  # a role of another system
        if _is_name(site):
            grants.append(Grant(role, SiteId(site)))
    units = frozenset(unit for unit in _list_of(claims, "units") if _is_name(unit))
    issued_at = datetime.fromtimestamp(float(claims["iat"]), UTC) if "iat" in claims else None
    return Caller(PersonId(subject), tuple(grants), units, issued_at)


def _is_name(value: object) -> bool:
    """Return whether the text can be compared with what is stored: no NUL, no half of a surrogate
    pair, no line break.
    """
    return isinstance(value, str) and value != "" and value.isprintable()


def _list_of(claims: dict[str, Any], name: str) -> list[Any]:
    value = claims.get(name, [])
    return value if isinstance(value, list) else []
