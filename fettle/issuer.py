"""The development issuer: keys of an instance's own, and tokens for whoever asks. It refuses to work in production."""

import base64
import json
import os
import secrets
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from joserfc import jwt
from joserfc.jwk import OKPKey

NAME = "fettle-dev"
AUDIENCE = "fettle"
_ALGORITHM = "Ed25519"


class NotInProduction(Exception):
    """Production has an issuer of its own."""


@dataclass(frozen=True)
class Issuer:
    """`jwks` is the file with the public key; `offer_keys` is what dispatch and notify sign offers with, as their setting wants it."""

    jwks: Path
    offer_keys: str
    _key: OKPKey

    @classmethod
    def at(cls, home: Path) -> "Issuer":
        """The issuer of the instance at `home`; its keys are made the first time. Raises NotInProduction."""
        if os.environ.get("FETTLE_ENV") == "production":
            raise NotInProduction("FETTLE_ENV is production: take tokens from your own issuer and name its keys in FETTLE_JWKS")
        folder = home / "keys"
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        private, public, offers = folder / "issuer.json", folder / "jwks.json", folder / "offers"
        if not private.exists():
            made = OKPKey.generate_key("Ed25519", parameters={"kid": secrets.token_hex(4), "alg": _ALGORITHM, "use": "sig"})
            _write_secret(private, json.dumps(made.as_dict(private=True)))
        key = OKPKey.import_key(json.loads(private.read_text()))
        if not public.exists():
            public.write_text(json.dumps({"keys": [key.as_dict(private=False)]}))
        if not offers.exists():
            _write_secret(offers, f"{secrets.token_hex(4)}:{base64.b64encode(secrets.token_bytes(32)).decode()}")
        return cls(public, offers.read_text().strip(), key)

    def token(self, subject: str, roles: Sequence[tuple[str, str]], *, units: Sequence[str] = (), hours: float = 24) -> str:
        """A bearer token for `subject` with (role, site) pairs."""
        now = int(time.time())
        claims = {
            "iss": NAME,
            "aud": AUDIENCE,
            "sub": subject,
            "iat": now,
            "exp": now + int(hours * 3600),
            "roles": [{"role": role, "site": site} for role, site in roles],
            "units": list(units),
        }
        kid = self._key.kid
        return jwt.encode({"alg": _ALGORITHM, "kid": kid}, claims, self._key, algorithms=[_ALGORITHM])


def _write_secret(path: Path, text: str) -> None:
    unfinished = path.with_suffix(f".{secrets.token_hex(4)}")
    unfinished.touch(0o600)
    unfinished.write_text(text)
    unfinished.rename(path)
