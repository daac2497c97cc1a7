"""An issuer's public keys: from a file, from an address, or through the issuer's OpenID Connect
configuration.
"""

import asyncio
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
from joserfc.errors import JoseError
from joserfc.jwk import JWKRegistry, Key, KeySet

from shared.trusted_authorities import trusted_authorities

MAX_KEYS = 100
"""An issuer has a handful; each costs a third of a millisecond to read, and a look at each token
whose bearer comes for the first time.
"""
MAX_BYTES = 512 * 1024
TIMEOUT_S = 10.0
"""Of all of it: the configuration, and the keys that it names."""
UNREADABLE = (
    *(OSError, ValueError, TypeError, KeyError, AttributeError, RecursionError),
    *(JoseError, httpx.HTTPError, httpx.InvalidURL),
)
"""What an issuer that is away, or whose answer is no key set, raises."""
_KINDS = frozenset(("EC", "OKP", "RSA"))
"""A symmetric key would prove what all who can read it have signed."""


async def read_keys(source: str, *, issuer: str) -> KeySet:
    """Return the keys that prove signatures; those of other kinds or uses are left out (RFC 7517,
    5), so that a key of tomorrow takes none of today's away.

    Raises one of UNREADABLE.
    """
    async with asyncio.timeout(TIMEOUT_S):
        document = await _read(source, issuer)
        entries = document["keys"]
        if len(entries) > MAX_KEYS:
            raise ValueError(
                f"there are {len(entries)} keys in it, and at most {MAX_KEYS} are read"
            )
        # not on the event loop, which requests wait for
        keys = await asyncio.to_thread(lambda: list(_usable(entries)))
    if not keys:
        raise ValueError("there is no key in it that proves a signature")
    return KeySet(keys)


def _usable(entries: list[Any]) -> Iterator[Key]:
    for entry in entries:
        if entry.get("kty") in _KINDS and entry.get("use", "sig") == "sig":
            try:
                yield JWKRegistry.import_key(entry)
            except (JoseError, ValueError, TypeError, KeyError):
                continue


async def _read(source: str, issuer: str) -> Any:
    if not _is_address(source):
        return json.loads(await asyncio.to_thread(Path(source).read_text))
    async with httpx.AsyncClient(timeout=5, verify=trusted_authorities()) as client:
        document = await _get(client, source)
        if "jwks_uri" not in document:
            return document
        # OpenID Connect Discovery 1.0, 4.3: a configuration of another issuer is not believed
        if document.get("issuer") != issuer:
            raise ValueError("it is the configuration of another issuer")
        keys_at = str(document["jwks_uri"])
        if not _is_address(keys_at) or (
            source.startswith("https:") and not keys_at.startswith("https:")
        ):
            raise ValueError("its `jwks_uri` is no address as safe as its own")
        return await _get(client, keys_at)


async def _get(client: httpx.AsyncClient, address: str) -> Any:
    """Return the JSON at the address; redirects are not followed."""
    text = bytearray()
    # as it is: a packed one could be of any size once it is unpacked
    plain = {"Accept": "application/json", "Accept-Encoding": "identity"}
    async with client.stream("GET", address, headers=plain) as answer:
        answer.raise_for_status()
        async for part in answer.aiter_raw():
            text += part
            if len(text) > MAX_BYTES:
                raise ValueError(f"{address} answers with more than {MAX_BYTES} bytes")
    return json.loads(text)


def _is_address(source: str) -> bool:
    return source.startswith(("http://", "https://"))
