"""Bearer tokens of an OIDC issuer (RFC 9068 in spirit): algorithms pinned, issuer, audience and
expiry demanded.
"""

import asyncio
import contextlib
import time
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from joserfc import jwt
from joserfc.errors import InvalidKeyIdError, JoseError
from joserfc.jwk import KeySet

from shared.auth.caller import Caller, Grant, Role
from shared.auth.faults import fault_of
from shared.auth.issuer_keys import UNREADABLE, read_keys
from shared.auth.proven_tokens import ProvenTokens
from shared.errors import Unauthenticated, Unavailable
from shared.ids import MAX_SUBJECT_LENGTH, PersonId, SiteId, TicketId, is_subject
from shared.telemetry import get_logger

log = get_logger(__name__)

_ALGORITHMS = ["EdDSA", "Ed25519", "ES256", "RS256"]
REFRESH_EVERY_S = 300.0
REFRESH_AGAIN_S = 5.0
MAX_TOKEN_BYTES = 8192
_CLAIM_ERRORS = (ValueError, TypeError, KeyError, AttributeError, OverflowError, RecursionError)
"""What claims of odd shapes raise, in joserfc too."""


class BearerTokens:
    """Proves tokens against the issuer's keys, from a file or an address; a token once proven is
    remembered until it expires.
    """

    def __init__(
        self,
        jwks: str,
        *,
        issuer: str,
        audience: str,
        refresh_every_s: float = REFRESH_EVERY_S,
        refresh_again_s: float = REFRESH_AGAIN_S,
    ) -> None:
        """`refresh_every_s`: how old keys become; `refresh_again_s`: how long the issuer is left
        alone after it was asked, however many unknown keys are shown.
        """
        self._source = jwks
        self._every_s, self._again_s = refresh_every_s, refresh_again_s
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
        self.looked = asyncio.Event()
        """Set once the keys were asked for, whether or not they came."""
        self._proven: ProvenTokens[Caller] = ProvenTokens()

    async def refresh(self) -> None:
        """Read the issuer's keys anew; log a failure and keep those that are known."""
        try:
            keys = await read_keys(self._source, issuer=self._issuer)
        except UNREADABLE as error:
            log.warning(
                "issuer_keys_unreadable",
                source=self._source,
                error=str(error) or type(error).__name__,
                have=self._keys is not None,
            )
        else:
            # else each unknown key that is shown would have all tokens proven anew
            if self._keys is None or keys.as_dict() != self._keys.as_dict():
                self._proven.clear()
            self._keys = keys
        self.looked.set()

    async def refresh_issuer_keys(self) -> None:
        """Read the issuer's keys again and again until cancelled, so that no request waits for
        them.
        """
        while True:
            await self.refresh()
            self._unknown_key.clear()
            await asyncio.sleep(self._again_s)
            if self._keys is not None:
                with contextlib.suppress(TimeoutError):
                    async with asyncio.timeout(self._every_s):
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
    return Caller(
        PersonId(subject), tuple(grants), units, issued_at, only=_only(claims.get("only"))
    )


def _only(claim: object) -> TicketId | None:
    """Return the ticket that the claim `ticket:ID` narrows the token to; None without the claim.

    Raises Unauthenticated for another: what a token is narrowed to is never guessed.
    """
    if claim is None:
        return None
    what, _, id = claim.partition(":") if isinstance(claim, str) else ("", "", "")
    with contextlib.suppress(ValueError):
        if what == "ticket":
            return TicketId(UUID(id))
    raise Unauthenticated("The token's `only` has to be `ticket:ID`.")


def _is_name(value: object) -> bool:
    """Return whether the text can be compared with what is stored: no NUL, no half of a surrogate
    pair, no line break.
    """
    return isinstance(value, str) and value != "" and value.isprintable()


def _list_of(claims: dict[str, Any], name: str) -> list[Any]:
    value = claims.get(name, [])
    return value if isinstance(value, list) else []
