"""Connections: uvicorn's, with a head that has an end, and so many for an address. What cannot be
read as HTTP is answered as a problem too.
"""

import asyncio
from functools import lru_cache
from typing import Any, ClassVar

from shared.http.front import SAFE_FIELDS
from shared.http.limits.addresses import share_of
from shared.http.limits.admission import caller_in
from shared.http.limits.connections import OpenConnections
from shared.http.problems import problem
from shared.workarounds.uvicorn_heads import BoundedHead

_REFUSALS = {
    400: ("The request cannot be read", "bad_request"),
    408: ("Too slow", "head_too_slow"),
    431: ("Too large", "head_too_large"),
}
"""Status → the problem's title and code."""
RESTS_FOR_S = 75
"""Longer than clients and proxies keep a connection that rests. After uvicorn's 5 s, as long as
httpx keeps one, a request met a connection that was closed in the same moment.
"""


class Connection(BoundedHead):
    open_connections: ClassVar[OpenConnections | None] = None
    """Those of the same server; None where they are not counted."""

    def __init__(self, *args: Any, **more: Any) -> None:
        super().__init__(*args, **more)
        self.timeout_keep_alive = RESTS_FOR_S

    @classmethod
    def with_limit(cls, per_address: int) -> type["Connection"]:
        """Return the kind of connection of which each address has so many at one server."""

        class Counted(cls):  # type: ignore[valid-type, misc] # a class made from its own argument
            open_connections = OpenConnections(per_address)

        return Counted

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        super().connection_made(transport)
        self._address, self._is_known = share_of(self.client[0]) if self.client else "", False
        self._close = transport.close
        if self.open_connections is not None and not self.open_connections.add(
            self._address, self._close
        ):
            transport.close()

    def connection_lost(self, exc: Exception | None) -> None:
        if self.open_connections is not None:
            self.open_connections.remove(self._address, self._close)
        super().connection_lost(exc)

    def on_headers_complete(self) -> None:
        if not self._is_known and self.open_connections is not None:
            self.open_connections.speaks(self._address, self._close)
        super().on_headers_complete()

    def on_response_complete(self) -> None:
        if not self._is_known and self.open_connections is not None:
            caller = caller_in(self.cycle.scope["state"])
            if caller is not None:
                self._is_known = True
                self.open_connections.knows(self._address, self._close, caller)
        super().on_response_complete()

    def refusal(self, status: int, reason: str) -> bytes:
        """Return the problem as it goes over the wire."""
        return _refusal(status, reason)


@lru_cache(maxsize=16)
def _refusal(status: int, reason: str) -> bytes:
    title, code = _REFUSALS[status]
    answer = problem(status, title, code, reason)
    answer.headers["Connection"] = "close"
    fields = (*answer.raw_headers, *SAFE_FIELDS)
    head = b"".join(name + b": " + value + b"\r\n" for name, value in fields)
    return b"HTTP/1.1 %d Refused\r\n" % status + head + b"\r\n" + bytes(answer.body)
