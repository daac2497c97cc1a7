"""Signing in at a company's own issuer (OpenID Connect Core 1.0, authorization code with PKCE):
what is asked, and what of the answer is believed.
"""

import base64
import hashlib
import hmac
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from shared.ids import is_subject

ALGORITHMS = ("EdDSA", "Ed25519", "ES256", "ES384", "PS256", "RS256")
"""What an ID token may be signed with: no algorithm whose key both sides have."""
_MAX_EMAIL = 254


class NotBelieved(Exception):
    """The issuer's answer is not one to our question, or says nothing that is believed. The words
    are for the log: they say what is wrong and never what was sent.
    """


@dataclass(frozen=True, kw_only=True)
class Asked:
    """What belongs to one attempt, and lies with the browser meanwhile. `next` is the page to go to
    afterwards.
    """

    state: str
    nonce: str
    verifier: str
    next: str


@dataclass(frozen=True, kw_only=True)
class Identity:
    """Whom the issuer names. `email` is one that it has verified; None: it says none."""

    issuer: str
    subject: str
    email: str | None


def authorization_query(asked: Asked, *, client_id: str, redirect_uri: str, language: str) -> str:
    """Return the query that the browser takes to the issuer."""
    challenge = hashlib.sha256(asked.verifier.encode()).digest()
    return urlencode(
        {
            "response_type": "code",
            "client_id": client_id,
            "redirect_uri": redirect_uri,
            "scope": "openid email",
            "state": asked.state,
            "nonce": asked.nonce,
            "code_challenge": base64.urlsafe_b64encode(challenge).rstrip(b"=").decode(),
            "code_challenge_method": "S256",
            "ui_locales": language,
        }
    )


def code_in(answer: Mapping[str, str], asked: Asked, *, issuer: str) -> str:
    """Return the code of the issuer's answer.

    Raises NotBelieved for an answer to another question, of another issuer (RFC 9207), or that
    says no.
    """
    if not hmac.compare_digest(answer.get("state", "").encode(), asked.state.encode()):
        raise NotBelieved("its state is not the one that was asked with")
    if answer.get("iss", issuer) != issuer:
        raise NotBelieved("it names another issuer")
    if "error" in answer:
        raise NotBelieved("the issuer says no")
    code = answer.get("code", "")
    if not code:
        raise NotBelieved("there is no code in it")
    return code


def subject_in(
    claims: Mapping[str, Any], asked: Asked, *, issuer: str, client_id: str, now: float
) -> str:
    """Return whom the claims of an ID token name, whose signature was proven.

    Raises NotBelieved (OpenID Connect Core 1.0, 3.1.3.7).
    """
    audience = claims.get("aud")
    audiences = audience if isinstance(audience, list) else [audience]
    if claims.get("iss") != issuer:
        raise NotBelieved("its token is of another issuer")
    if client_id not in audiences:
        raise NotBelieved("its token is for another client")
    if claims.get("azp", client_id) != client_id or (len(audiences) > 1 and "azp" not in claims):
        raise NotBelieved("its token was given to another client")
    if not _is_number(claims.get("exp")) or claims["exp"] + _LEEWAY_S <= now:
        raise NotBelieved("its token is over")
    if not _is_number(claims.get("iat")) or claims["iat"] - _LEEWAY_S > now:
        raise NotBelieved("its token is of the future")
    nonce = claims.get("nonce")
    if not isinstance(nonce, str) or not hmac.compare_digest(nonce.encode(), asked.nonce.encode()):
        raise NotBelieved("its token was made for another question")
    if not is_subject(claims.get("sub")):
        raise NotBelieved("its token names no one")
    return str(claims["sub"])


def verified_email(claims: Mapping[str, Any]) -> str | None:
    """Return the address that the issuer has verified, in lower case; None where it says none."""
    email = claims.get("email")
    if claims.get("email_verified") is not True or not isinstance(email, str):
        return None
    email = email.strip().lower()
    return email if "@" in email and len(email) <= _MAX_EMAIL and email.isprintable() else None


def authenticates_by_header(methods: Sequence[Any] | None) -> bool:
    """Return whether the client says its secret in the `Authorization` header, which is the rule
    where the issuer does not say (OpenID Connect Discovery 1.0, 3).
    """
    return methods is None or "client_secret_basic" in methods


_LEEWAY_S = 60
"""By how much clocks may differ."""


def _is_number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)
