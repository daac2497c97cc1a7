"""Endpoints' secrets at rest: sealed with AES-256-GCM (NIST SP 800-38D), by the newest of the keys
that the operator gives.

A sealed secret is `sealed:KEY:BASE64`: which key, and the nonce with what it hides. Its endpoint is
sealed in, so that it opens for no other. Secrets that were stored before are plain, and read so.
"""

import base64
import binascii
import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from services.notify.domain.endpoint import Secret
from services.notify.domain.signing import PREFIX as PLAIN

NONCE_BYTES = 12
_SEALED = "sealed:"


class CannotOpen(Exception):
    """A secret is sealed with a key that is not among those given. Nothing is lost by that: it
    opens once its key is given again.
    """


@dataclass(frozen=True)
class _Key:
    name: str
    """Its id, and the beginning of its hash: another key under the same id is another key."""
    cipher: AESGCM

    @property
    def mark(self) -> str:
        """What every secret that it has sealed begins with."""
        return f"{_SEALED}{self.name}:"


class Sealer:
    """Seals with the first of the keys, `(id, 32 bytes)`; opens with all of them."""

    def __init__(self, keys: Sequence[tuple[str, bytes]]) -> None:
        made = [
            _Key(f"{id}/{hashlib.sha256(key).hexdigest()[:8]}", AESGCM(key)) for id, key in keys
        ]
        self._newest, self._by_mark = made[0], {key.mark: key for key in made}

    @property
    def newest(self) -> str:
        """What secrets begin with that the newest key has sealed."""
        return self._newest.mark

    @property
    def older(self) -> tuple[str, ...]:
        """What other secrets begin with that can be opened: those to be sealed anew."""
        return (PLAIN, *(mark for mark in self._by_mark if mark != self.newest))

    def seal(self, secret: str, endpoint_id: UUID, *, nonce: bytes) -> str:
        """Return the secret as it is stored. `nonce`: `NONCE_BYTES` random bytes, used once."""
        hidden = self._newest.cipher.encrypt(nonce, secret.encode(), endpoint_id.bytes)
        return self.newest + base64.b64encode(nonce + hidden).decode()

    def open(self, stored: str, endpoint_id: UUID) -> str:
        """Return the secret, `whsec_…`. Raises CannotOpen."""
        if stored.startswith(PLAIN):
            return stored
        mark, colon, encoded = stored.rpartition(":")
        key = self._by_mark.get(mark + colon)
        if key is None:
            raise CannotOpen(
                f"a secret is sealed with the key {name_of(stored)}, which is not among those of "
                "FETTLE_SECRETS_KEYS: put it back, behind the newest"
            )
        try:
            sealed = base64.b64decode(encoded, validate=True)
            nonce, hidden = sealed[:NONCE_BYTES], sealed[NONCE_BYTES:]
            return key.cipher.decrypt(nonce, hidden, endpoint_id.bytes).decode()
        except (InvalidTag, binascii.Error, ValueError) as error:
            raise CannotOpen(
                f"a secret of endpoint {endpoint_id} was changed where it is stored: rotate it"
            ) from error

    def open_valid(
        self, secrets: Iterable[Secret], endpoint_id: UUID, *, at: datetime
    ) -> Sequence[str]:
        """Return the secrets that are valid then, as far as they open.

        Raises CannotOpen when none of them does.
        """
        opened: list[str] = []
        closed: CannotOpen | None = None
        for secret in secrets:
            try:
                if secret.valid(at):
                    opened.append(self.open(secret.value, endpoint_id))
            except CannotOpen as error:
                closed = error
        if closed is not None and not opened:
            raise closed
        return opened


def name_of(stored: str) -> str:
    """Return the name of the key that a stored secret is sealed with; `plain` without one."""
    if not stored.startswith(_SEALED):
        return "plain"
    return stored.removeprefix(_SEALED).rpartition(":")[0]
