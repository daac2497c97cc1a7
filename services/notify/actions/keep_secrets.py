"""Endpoints' secrets at rest: sealed anew by the newest key, a few at a time."""

import secrets
from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from uuid import UUID

from pydantic import JsonValue

from services.notify.domain.endpoint import Endpoint, Secret
from services.notify.domain.sealing import NONCE_BYTES, Sealer, name_of
from services.notify.domain.signing import SECRET_BYTES, secret_from
from services.notify.store.endpoints import (
    claim_sealed_before,
    count_secrets,
    is_any_sealed_before,
    save_endpoint,
)
from shared.db.transaction import Transaction
from shared.telemetry import get_logger

log = get_logger(__name__)

RESEALING = "secrets"
"""The due worker that seals secrets anew."""

_LOOK_EVERY = timedelta(minutes=10)
"""Only an instance with other keys, or of a release without any, leaves more to do."""


class Resealing:
    """What the due worker does: secrets that an older key has sealed, or none, are sealed by the
    newest. Those whose key is not known stay as they are.
    """

    def __init__(self, sealer: Sealer) -> None:
        self._sealer = sealer
        self._look_again_at: datetime | None = None

    async def next_due(self, tx: Transaction, excluding: Collection[UUID]) -> datetime:
        """Return now while there is more to seal anew; else when to look again."""
        if self._look_again_at is None or self._look_again_at <= tx.now:
            if await is_any_sealed_before(tx, self._sealer.older, excluding=excluding):
                return tx.now
            self._look_again_at = tx.now + _LOOK_EVERY
        return self._look_again_at

    async def claim(
        self, tx: Transaction, excluding: Collection[UUID], limit: int
    ) -> Sequence[Endpoint]:
        return await claim_sealed_before(tx, self._sealer.older, excluding=excluding, limit=limit)

    async def act(self, tx: Transaction, endpoints: Sequence[Endpoint]) -> None:
        """Seal them anew; what is valid no longer goes."""
        for endpoint in endpoints:
            kept = tuple(
                self._resealed(each, endpoint) for each in endpoint.secrets if each.valid(tx.now)
            )
            save_endpoint(tx, replace(endpoint, secrets=kept))
        log.info("secrets_sealed_anew", endpoints=len(endpoints))

    def _resealed(self, secret: Secret, endpoint: Endpoint) -> Secret:
        if not secret.value.startswith(self._sealer.older):
            return secret
        plain = self._sealer.open(secret.value, endpoint.id)
        return replace(secret, value=sealed(plain, endpoint.id, self._sealer))


def new_secret() -> str:
    """Return a secret by chance, to be shown once and sealed."""
    return secret_from(secrets.token_bytes(SECRET_BYTES))


def sealed(secret: str, endpoint_id: UUID, sealer: Sealer) -> str:
    """Return the endpoint's secret as it is stored."""
    return sealer.seal(secret, endpoint_id, nonce=secrets.token_bytes(NONCE_BYTES))


async def read_secrets(tx: Transaction, sealer: Sealer) -> Mapping[str, JsonValue]:
    """Return what an operator should see: how many endpoints' secrets wait for the newest key, and
    how many are sealed with a key that is not known, by key.
    """
    waiting: dict[str, JsonValue] = {}
    unknown: dict[str, JsonValue] = {}
    for mark, count in (await count_secrets(tx)).items():
        if mark != sealer.newest:
            (waiting if mark in sealer.older else unknown)[name_of(mark)] = count
    found: dict[str, JsonValue] = {"secrets_of_older_keys": waiting, "secrets_unreadable": unknown}
    return {name: by_key for name, by_key in found.items() if by_key}
