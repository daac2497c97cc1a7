"""Passwords as argon2id hashes (RFC 9106), worked out beside the event loop, a few at a time."""

import asyncio
import base64
import contextlib
import secrets
from collections.abc import AsyncIterator

from argon2 import PasswordHasher as Argon2
from argon2.exceptions import InvalidHashError, VerificationError

from services.portal.domain.passwords import normal
from shared.errors import Unavailable

_MEMORY_KIB, _ROUNDS, _LANES = 19_456, 2, 1
"""OWASP's measure: 19 MiB each, which an instance can spare twice."""
_SALT_BYTES, _DIGEST_BYTES = 16, 32
_AT_ONCE = 2
_MAX_WAITING = 40
"""What waits longer than these take is better told to come again."""


class Busy(Unavailable):
    code = "busy"


class PasswordHasher:
    def __init__(self) -> None:
        self._argon2 = Argon2(
            time_cost=_ROUNDS,
            memory_cost=_MEMORY_KIB,
            parallelism=_LANES,
            hash_len=_DIGEST_BYTES,
            salt_len=_SALT_BYTES,
        )
        self._turns = asyncio.Semaphore(_AT_ONCE)
        self._waiting = 0
        self._of_no_one = hash_of_nothing()

    async def hash(self, password: str) -> str:
        """Return what is stored of the password. Raises Busy."""
        async with self._turn():
            return await asyncio.to_thread(self._argon2.hash, normal(password))

    async def verify(self, password: str, stored: str | None) -> bool:
        """Return whether the hash is the password's. Without one it takes as long, and is False:
        how long it takes tells no one whether there is an account. Raises Busy.
        """
        async with self._turn():
            right = await asyncio.to_thread(
                self._verify, stored or self._of_no_one, normal(password)
            )
        return right and stored is not None

    def is_outdated(self, stored: str) -> bool:
        """Return whether the hash was made with another measure than today's."""
        return self._argon2.check_needs_rehash(stored)

    def _verify(self, stored: str, password: str) -> bool:
        try:
            return self._argon2.verify(stored, password)
        except (VerificationError, InvalidHashError):
            return False

    @contextlib.asynccontextmanager
    async def _turn(self) -> AsyncIterator[None]:
        if self._waiting >= _MAX_WAITING:
            raise Busy("Too many passwords are being checked; try again in a few seconds.")
        self._waiting += 1
        try:
            async with self._turns:
                yield
        finally:
            self._waiting -= 1


def hash_of_nothing() -> str:
    """Return a hash that is no password's, and takes as long to compare with as one that is."""
    salt, digest = (
        base64.b64encode(secrets.token_bytes(length)).decode().rstrip("=")
        for length in (_SALT_BYTES, _DIGEST_BYTES)
    )
    return f"$argon2id$v=19$m={_MEMORY_KIB},t={_ROUNDS},p={_LANES}${salt}${digest}"
