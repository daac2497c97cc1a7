"""aiohttp reads every authority of the system when it is imported, for connections by https that
may never be made: two megabytes of each process that has it, and 25 ms of its start.

Upstream: aio-libs/aiohttp#9029 reads them at import so that the event loop does not wait for the
disk. Here it does once, for the first connection by https. To be reported: of the two contexts one
asks for no authorities.
"""

import ssl
from typing import Any


class _ReadsLater(ssl.SSLContext):
    """Has read no authority until the first connection."""

    _has_read = False

    def wrap_bio(self, *args: Any, **more: Any) -> ssl.SSLObject:
        if not self._has_read:
            self._has_read = True
            self.load_default_certs()
        return super().wrap_bio(*args, **more)


def import_aiohttp() -> None:
    """Import aiohttp, which reads authorities when it first needs them; to be called before it is
    imported elsewhere. Harmless to repeat.
    """
    ssl.SSLContext.set_default_verify_paths = _nothing  # type: ignore[assignment, method-assign]
    try:
        from aiohttp import connector
    finally:
        del ssl.SSLContext.set_default_verify_paths
    connector._SSL_CONTEXT_VERIFIED.__class__ = _ReadsLater


def _nothing(_: ssl.SSLContext) -> None:
    return None
