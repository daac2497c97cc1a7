"""An issuer of tokens for tests."""

import json
import time
from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import Any

from joserfc import jws
from joserfc.jwk import OKPKey

ISSUER = "fettle-tests"
AUDIENCE = "fettle"


@cache
def _key() -> OKPKey:
    return OKPKey.generate_key(
        "Ed25519", parameters={"kid": "tests", "alg": "Ed25519", "use": "sig"}
    )


def write_jwks(path: Path) -> str:
    """The public key, where a service looks for it; returns the path."""
    path.write_text(json.dumps({"keys": [_key().as_dict(private=False)]}))
    return str(path)


def token(
    subject: str, roles: Sequence[tuple[str, str]], *, units: Sequence[str] = (), **claims: Any
) -> str:
    """A bearer token for `subject` with (role, site) pairs; `claims` overrides any claim, None
    takes it out.
    """
    now = int(time.time())
    body = {
        "iss": ISSUER,
        "aud": AUDIENCE,
        "sub": subject,
        "iat": now,
        "exp": now + 3600,
        "roles": [{"role": role, "site": site} for role, site in roles],
        "units": list(units),
        **claims,
    }
    return signed(json.dumps({k: v for k, v in body.items() if v is not None}).encode())


def signed(payload: bytes) -> str:
    """A token with that payload, whatever it is."""
    return jws.serialize_compact(
        {"alg": "Ed25519", "kid": "tests"}, payload, _key(), algorithms=["Ed25519"]
    )
