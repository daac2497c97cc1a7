"""Tokens that prove who answers an offer or works on a job: JWTs (RFC 7519, Ed25519 of RFC 9864),
made when they are handed out.

Their `typ` says which of the two they are (RFC 8725 §3.11), so neither passes for the other, nor a
bearer token of the OIDC issuer for one of them; the reverse cannot be, since they have no audience.
They stand in no fact, no stored body and no log.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any, Final
from uuid import UUID

from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet, OKPKey

from shared.auth.caller import Credential, WorkScheme
from shared.auth.faults import fault_of
from shared.auth.proven_tokens import ProvenTokens
from shared.clock import Clock
from shared.errors import Unauthenticated
from shared.ids import TechnicianId, TicketId

_ALGORITHM: Final = "Ed25519"
_CURVE: Final = "Ed25519"
_NATIVE = OKPKey.binding
_TOKEN_LIFETIME = timedelta(days=90)
"""A job may wait long for its parts. What an offer's token still does after the offer's end is for
the offer's row to say: a repeated acceptance gets the same answer, a late one learns what was
decided.
"""
_MAX_CHARACTERS = 8192
_CLAIM_ERRORS = (ValueError, TypeError, KeyError, AttributeError, OverflowError, RecursionError)
"""What headers and claims of odd shapes raise, in joserfc too."""


class WorkTokenProver:
    """Proves tokens with public keys alone: no database, no other service."""

    def __init__(self, public_keys: Sequence[tuple[str, bytes]], clock: Clock) -> None:
        if not public_keys:
            raise ValueError("at least one key is needed")
        self._public_keys = KeySet(
            [_key(kid, _NATIVE.from_public_bytes(_CURVE, key)) for kid, key in public_keys]
        )
        self._clock = clock
        self._proven: ProvenTokens[Credential] = ProvenTokens()

    def known(self, scheme: str, token: str) -> Credential | None:
        """Return what the token is for where it was proven before, at the cost of a look."""
        known = self._proven.get(token, self._clock.now().timestamp())
        return known if known is not None and known.scheme == scheme else None

    def prove(self, scheme: WorkScheme, token: str) -> Credential:
        """Return what the token is for.

        Raises Unauthenticated, which says what is wrong with it and never what is in it.
        """
        now = self._clock.now().timestamp()
        credential = self._proven.get(token, now)
        if credential is None:
            credential = self._verify(scheme, token, now)
        if credential.scheme != scheme:
            raise Unauthenticated(f"This is no {scheme} token.")
        return credential

    def _verify(self, scheme: WorkScheme, token: str, now: float) -> Credential:
        if len(token) > _MAX_CHARACTERS:
            raise Unauthenticated(f"The {scheme} token is too long.")
        try:
            decoded = jwt.decode(token, self._public_keys, algorithms=[_ALGORITHM])
            if decoded.header["typ"] != _type(scheme):
                raise ValueError("another type")
            claims = decoded.claims
            expires_at = float(claims["exp"])
            credential = Credential(
                scheme,
                UUID(claims[scheme]),
                TicketId(UUID(claims["ticket"])),
                TechnicianId(claims["sub"]),
            )
        except (JoseError, *_CLAIM_ERRORS) as error:
            raise Unauthenticated(fault_of(error, f"{scheme} token")) from error
        if expires_at <= now:
            raise Unauthenticated(f"The {scheme} token has expired.")
        self._proven.add(token, expires_at, credential)
        return credential


class WorkTokens(WorkTokenProver):
    """Signs tokens with the first of the keys (kid, seed of 32 bytes) and proves those of all, so
    that keys can be rotated.
    """

    def __init__(self, keys: Sequence[tuple[str, bytes]], clock: Clock) -> None:
        super().__init__([(kid, public_key_of(seed)) for kid, seed in keys], clock)
        kid, seed = keys[0]
        self._key = _key(kid, _NATIVE.from_private_bytes(_CURVE, seed))

    def offer_token(
        self, offer_id: UUID, ticket_id: UUID, technician_id: str, expires_at: datetime
    ) -> str:
        """Return the token for answering the offer, the same whenever it is made.

        `expires_at` is the offer's end, not the token's.
        """
        return self._sign(
            WorkScheme.OFFER, offer_id, ticket_id, technician_id, expires_at + _TOKEN_LIFETIME
        )

    def job_token(self, job_id: UUID, ticket_id: UUID, technician_id: str) -> str:
        """Return the token for working on the job, the same all day, so that a repeated request
        gets the same answer.
        """
        midnight = self._clock.now().replace(hour=0, minute=0, second=0, microsecond=0)
        return self._sign(
            WorkScheme.JOB,
            job_id,
            ticket_id,
            technician_id,
            midnight + timedelta(days=1) + _TOKEN_LIFETIME,
        )

    def _sign(
        self,
        scheme: WorkScheme,
        id: UUID,
        ticket_id: UUID,
        technician_id: str,
        expires_at: datetime,
    ) -> str:
        header = {"alg": _ALGORITHM, "kid": self._key.kid, "typ": _type(scheme)}
        claims = {
            scheme: str(id),
            "ticket": str(ticket_id),
            "sub": technician_id,
            "exp": int(expires_at.timestamp()),
        }
        return jwt.encode(header, claims, self._key, algorithms=[_ALGORITHM])


def public_key_of(seed: bytes) -> bytes:
    """Return the 32 bytes that prove what the seed signs."""
    return _NATIVE.from_private_bytes(_CURVE, seed).public_key().public_bytes_raw()


def _key(kid: str, key: Any) -> OKPKey:
    return OKPKey.import_key(key, {"kid": kid, "alg": _ALGORITHM, "use": "sig"})


def _type(scheme: WorkScheme) -> str:
    return f"{scheme}+jwt"
