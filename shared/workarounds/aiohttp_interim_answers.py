"""aiohttp takes interim answers (100, 102, 103) without end, and lets nothing else have a turn
meanwhile: one receiver of webhooks that says "continue" for ever stopped them all.

Upstream: no issue of aio-libs/aiohttp names it (aio-libs/aiohttp#1353 made the client skip them).
To be reported: "`ClientResponse.start` loops over 1xx heads without a bound".
"""

import asyncio
from functools import partial
from typing import Any

import aiohttp
from aiohttp import StreamReader
from aiohttp.client_proto import ResponseHandler
from aiohttp.http import RawResponseMessage

_MAX_HEADS = 8
"""Heads that one answer may have, interim ones included (RFC 9110 §15.2)."""


class Connector(aiohttp.TCPConnector):
    """Ends a connection whose receiver sends more heads than an answer can sensibly have."""

    def __init__(self, **given: Any) -> None:
        super().__init__(**given)
        self._factory = partial(_handler, self._loop)  # aiohttp has no other place to say so


def _handler(loop: asyncio.AbstractEventLoop) -> ResponseHandler:
    return _FewHeads(loop)


class _FewHeads(ResponseHandler):
    def __init__(self, loop: asyncio.AbstractEventLoop) -> None:
        super().__init__(loop)
        self._heads = 0

    def set_response_params(self, **given: Any) -> None:
        self._heads = 0
        super().set_response_params(**given)

    def feed_data(self, data: tuple[RawResponseMessage, StreamReader], size: int = 0) -> None:
        self._heads += 1
        if self._heads <= _MAX_HEADS:
            super().feed_data(data, size)
        elif self._heads == _MAX_HEADS + 1 and self.transport is not None:
            self.set_exception(
                aiohttp.ServerDisconnectedError("it sends interim answers without end")
            )
            self.transport.abort()
