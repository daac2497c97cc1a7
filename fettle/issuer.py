"""The development issuer: keys of an instance's own, and tokens for all who ask.

It refuses to work in production.
"""

import base64
import contextlib
import json
import os
import secrets
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from joserfc import jwt
from joserfc.jwk import OKPKey
from pydantic import TypeAdapter, ValidationError

from shared.auth.work_tokens import public_key_of
from shared.production import DEVELOPMENT_ISSUER
from shared.setting_types import OfferKeys

NAME = DEVELOPMENT_ISSUER
AUDIENCE = "fettle"
_ALGORITHM: Final = "Ed25519"


class NotInProduction(Exception):
    """Production has an issuer of its own."""


@dataclass(frozen=True)
class Issuer:
    """`jwks` is the file with the public key; `offer_keys` is what dispatch and notify sign offers
    with, `secrets_keys` what notify seals secrets with, `portal_keys` what the portal signs tokens
    with, each as its setting wants it; `portal_jwks` is the file with the public halves of these.
    """

    jwks: Path
    offer_keys: str
    secrets_keys: str
    portal_keys: str
    portal_jwks: Path
    is_new: bool
    """Whether its key was made just now: then no service knows it yet."""
    _key: OKPKey

    @classmethod
    def at(cls, home: Path, environment: Mapping[str, str] = os.environ) -> "Issuer":
        """The issuer of the instance at `home`; its keys are made the first time.

        Raises NotInProduction.
        """
        if environment.get("FETTLE_ENV", "").strip().lower() == "production":
            raise NotInProduction(
                "FETTLE_ENV is production: take tokens from your own issuer "
                "and name its keys in FETTLE_JWKS"
            )
        folder = home / "keys"
        folder.mkdir(parents=True, exist_ok=True)
        folder.chmod(0o700)
        is_new = not (folder / "issuer.json").exists()
        key = OKPKey.import_key(json.loads(_kept(folder / "issuer.json", _new_key)))
        _update(folder / "jwks.json", json.dumps({"keys": [key.as_dict(private=False)]}))
        offer_keys, secrets_keys, own_portal_keys = (
            _kept(folder / name, _new_keys) for name in ("offers", "secrets", "portal")
        )
        portal_keys = environment.get("FETTLE_PORTAL_SIGNING_KEYS") or own_portal_keys
        _update(folder / "portal-jwks.json", _public_keys(_seeds(portal_keys, own_portal_keys)))
        return cls(
            folder / "jwks.json",
            offer_keys,
            secrets_keys,
            portal_keys,
            folder / "portal-jwks.json",
            is_new,
            key,
        )

    @property
    def novelty(self) -> str:
        """Return what to tell people who ask a new issuer for a token; empty for one that services
        may know already.
        """
        if not self.is_new:
            return ""
        return (
            f"made a new issuer in {self.jwks.parent}, "
            "whose tokens only services started with it will take. "
            "For those of an instance that runs elsewhere set FETTLE_HOME to its folder"
        )

    def offer_settings(self, environment: Mapping[str, str]) -> dict[str, str]:
        """The keys of offer and job tokens, the environment's or else the instance's own, and their
        public halves beside them.
        """
        keys = environment.get("FETTLE_OFFER_KEYS") or self.offer_keys
        public = ",".join(
            f"{kid}:{base64.b64encode(public_key_of(seed)).decode()}"
            for kid, seed in _seeds(keys, self.offer_keys)
        )
        return {"FETTLE_OFFER_KEYS": keys, "FETTLE_OFFER_PUBLIC_KEYS": public}

    def token(
        self,
        subject: str,
        roles: Sequence[tuple[str, str]],
        *,
        units: Sequence[str] = (),
        hours: float = 24,
        only: str | None = None,
    ) -> str:
        """A bearer token for `subject` with (role, site) pairs; `only` (`ticket:ID`) is all that
        there is for its bearer.
        """
        now = int(time.time())
        claims = {
            "iss": NAME,
            "aud": AUDIENCE,
            "sub": subject,
            "iat": now,
            "exp": now + int(hours * 3600),
            "roles": [{"role": role, "site": site} for role, site in roles],
            "units": list(units),
            **({} if only is None else {"only": only}),
        }
        return jwt.encode(
            {"alg": _ALGORITHM, "kid": self._key.kid}, claims, self._key, algorithms=[_ALGORITHM]
        )


def _new_key() -> str:
    key = OKPKey.generate_key(
        "Ed25519", parameters={"kid": secrets.token_hex(4), "alg": _ALGORITHM, "use": "sig"}
    )
    return json.dumps(key.as_dict(private=True))


def _new_keys() -> str:
    return f"{secrets.token_hex(4)}:{base64.b64encode(secrets.token_bytes(32)).decode()}"


def _seeds(keys: str, own: str) -> Sequence[tuple[str, bytes]]:
    """Return the seeds of Ed25519 keys by their ids; of the instance's own keys where those given
    are none, which the process that is to sign with them refuses with the reason.
    """
    parsed: TypeAdapter[tuple[tuple[str, bytes], ...]] = TypeAdapter(OfferKeys)
    try:
        return parsed.validate_python(keys)
    except ValidationError:
        return parsed.validate_python(own)


def _public_keys(seeds: Sequence[tuple[str, bytes]]) -> str:
    """Return the JSON Web Key Set of their public halves."""
    keys = [
        OKPKey.import_key(
            OKPKey.binding.from_public_bytes(_ALGORITHM, public_key_of(seed)),
            {"kid": kid, "alg": _ALGORITHM, "use": "sig"},
        )
        for kid, seed in seeds
    ]
    return json.dumps({"keys": [key.as_dict(private=False) for key in keys]})


def _update(path: Path, text: str) -> None:
    """Have the file hold the text, whole at any moment."""
    if not path.exists() or path.read_text() != text:
        _written(path, text).replace(path)


def _kept(path: Path, make: Callable[[], str]) -> str:
    """What is in the file; made by the first that asks."""
    if not path.exists():
        written = _written(path, make())
        with contextlib.suppress(FileExistsError):
            path.hardlink_to(written)
        written.unlink()
    return path.read_text().strip()


def _written(path: Path, text: str) -> Path:
    """A file beside it, whole, that only its owner reads."""
    unfinished = path.with_suffix(f".{secrets.token_hex(4)}")
    unfinished.touch(0o600)
    unfinished.write_text(text)
    return unfinished
