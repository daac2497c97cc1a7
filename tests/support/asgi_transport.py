"""A way to ASGI applications that hands answers on as they come, which httpx's own does not: it
waits for the end, and a live stream has none.
"""

import asyncio
from collections.abc import AsyncIterator, MutableMapping
from contextlib import suppress
from typing import Any

import httpx
from starlette.types import ASGIApp

_END = object()


class _Body(httpx.AsyncByteStream):
    """What the application sends; closing it is how a client goes away."""

    def __init__(
        self,
        pieces: "asyncio.Queue[Any]",
        gone: asyncio.Event,
        served: "asyncio.Task[None]",
    ) -> None:
        self._pieces, self._gone, self._served = pieces, gone, served

    async def __aiter__(self) -> AsyncIterator[bytes]:
        while (piece := await self._pieces.get()) is not _END:
            if isinstance(piece, BaseException):
                raise piece
            yield piece

    async def aclose(self) -> None:
        self._gone.set()
        done, _ = await asyncio.wait([self._served], timeout=5)
        if not done:
            self._served.cancel()
        with suppress(asyncio.CancelledError, Exception):
            await self._served


class StreamingTransport(httpx.AsyncBaseTransport):
    """Each request is served by the application, in a task of its own."""

    def __init__(self, app: ASGIApp, *, address: str = "127.0.0.1") -> None:
        self._app, self._address = app, address

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        pieces: asyncio.Queue[Any] = asyncio.Queue()
        started: asyncio.Future[tuple[int, Any]] = asyncio.get_running_loop().create_future()
        gone, comes = asyncio.Event(), _pieces_of(request)

        async def receive() -> MutableMapping[str, Any]:
            piece = await anext(comes, None)
            if piece is not None:
                return {"type": "http.request", "body": piece, "more_body": True}
            if not receive_ended.is_set():
                receive_ended.set()
                return {"type": "http.request", "body": b"", "more_body": False}
            await gone.wait()
            return {"type": "http.disconnect"}

        receive_ended = asyncio.Event()

        async def send(message: MutableMapping[str, Any]) -> None:
            if message["type"] == "http.response.start":
                started.set_result((message["status"], list(message["headers"])))
                return
            if message.get("body"):
                pieces.put_nowait(message["body"])
            if not message.get("more_body", False):
                pieces.put_nowait(_END)

        async def serve() -> None:
            try:
                await self._app(self._scope(request), receive, send)
            except Exception as error:  # noqa: BLE001 - the client is told
                if not started.done():
                    started.set_exception(error)
                    return
                pieces.put_nowait(httpx.ReadError(str(error)))
            pieces.put_nowait(_END)

        served = asyncio.create_task(serve())
        try:
            status, headers = await started
        except BaseException:
            gone.set()
            served.cancel()
            raise
        return httpx.Response(
            status, headers=headers, stream=_Body(pieces, gone, served), request=request
        )

    def _scope(self, request: httpx.Request) -> dict[str, Any]:
        path, _, query = request.url.raw_path.partition(b"?")
        return {
            "type": "http",
            "asgi": {"version": "3.0"},
            "http_version": "1.1",
            "method": request.method,
            "headers": [(name.lower(), value) for name, value in request.headers.raw],
            "scheme": request.url.scheme,
            "path": request.url.path,
            "raw_path": path,
            "query_string": query,
            "server": (request.url.host, request.url.port),
            "client": (self._address, 12345),
            "root_path": "",
            "state": {},
        }


async def _pieces_of(request: httpx.Request) -> AsyncIterator[bytes]:
    assert isinstance(request.stream, httpx.AsyncByteStream)
    async for piece in request.stream:
        yield piece
