"""Tokens that the portal signs for the people it knows: what the other services believe."""

import time
from collections import OrderedDict
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Final

from joserfc import jwt
from joserfc.jwk import OKPKey

from services.portal.domain.visitor import Visitor
from shared.auth.caller import Grant
from shared.ids import PersonId, TicketId

LIFETIME_S: Final = 600
_AGAIN_BEFORE_S: Final = 90
"""A token that is given out is good for at least as long, whatever it is used for."""
_ALGORITHM: Final = "Ed25519"
_MAX_KEPT = 10_000


@dataclass(frozen=True, kw_only=True)
class Bearer:
    """Who a token is for."""

    person_id: PersonId
    grants: tuple[Grant, ...] = ()
    units: frozenset[str] = frozenset()
    only: TicketId | None = None

    @classmethod
    def of(cls, visitor: Visitor) -> "Bearer | None":
        """Return whom the services are to see; None for a stranger."""
        if visitor.person_id is None:
            return None
        return cls(
            person_id=visitor.person_id,
            grants=visitor.grants,
            units=visitor.units,
            only=visitor.only,
        )


class TokenSigner:
    """Signs with the first of the keys (kid, seed of 32 bytes); `jwks` has the public halves of
    all, so that keys can be rotated. `now` is seconds since 1970.
    """

    def __init__(
        self,
        keys: Sequence[tuple[str, bytes]],
        *,
        issuer: str,
        audience: str,
        now: Callable[[], float] = time.time,
    ) -> None:
        self.issuer, self._audience, self._now = issuer, audience, now
        self._keys = [_key(kid, seed) for kid, seed in keys]
        self._made: OrderedDict[Bearer, tuple[float, str]] = OrderedDict()

    def token_for(self, bearer: Bearer) -> str:
        """Return a token that is good for a minute and a half at least, the same for a while, so
        that services prove it once.
        """
        now = self._now()
        made = self._made.get(bearer)
        if made is not None and now < made[0] - _AGAIN_BEFORE_S:
            self._made.move_to_end(bearer)
            return made[1]
        token = self.fresh_token(bearer)
        self._made[bearer] = now + LIFETIME_S, token
        self._made.move_to_end(bearer)
        while len(self._made) > _MAX_KEPT:
            self._made.popitem(last=False)
        return token

    def fresh_token(self, bearer: Bearer) -> str:
        """Return a new token, good for ten minutes."""
        now = int(self._now())
        claims: dict[str, Any] = {
            "iss": self.issuer,
            "aud": self._audience,
            "sub": bearer.person_id,
            "iat": now,
            "exp": now + LIFETIME_S,
            "roles": [{"role": str(grant.role), "site": grant.site} for grant in bearer.grants],
            "units": sorted(bearer.units),
        }
        if bearer.only is not None:
            claims["only"] = f"ticket:{bearer.only}"
        key = self._keys[0]
        header = {"alg": _ALGORITHM, "kid": key.kid, "typ": "JWT"}
        return jwt.encode(header, claims, key, algorithms=[_ALGORITHM])

    def jwks(self) -> dict[str, Any]:
        """Return the public keys (RFC 7517)."""
        return {"keys": [key.as_dict(private=False) for key in self._keys]}


def _key(kid: str, seed: bytes) -> OKPKey:
    native = OKPKey.binding.from_private_bytes("Ed25519", seed)
    return OKPKey.import_key(native, {"kid": kid, "alg": _ALGORITHM, "use": "sig"})
