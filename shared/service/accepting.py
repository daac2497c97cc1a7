"""What comes to the sockets of a service: accepted at once, and served at its caller's pace.

Accepting, and a look at the head, costs a tenth of what serving costs, so that a flood of
connections waits as sockets that are not read, and not as work before that of others.
"""

import asyncio
import contextlib
import re
import socket
from collections.abc import Awaitable, Callable, Sequence

from shared.http.limits.addresses import share_of
from shared.http.limits.arrivals import Arrivals, Comer
from shared.telemetry import get_logger

log = get_logger(__name__)

_ACCEPTS_AT_ONCE = 16
_NO_FILES_PAUSE_S = 1.0
_LOOKED_AT_BYTES = 8192
_SILENT_S = 1
"""For so long the system keeps a connection on which nothing has come, where it can."""
_AUTHORIZATION = re.compile(rb"\r\nauthorization:[ \t]*([^\r\n]{1,8192}?)[ \t]*\r\n", re.IGNORECASE)

Serve = Callable[[socket.socket], Awaitable[object]]
WhoAsks = Callable[[str], Comer | None]


class Accepting:
    """Accepts from `start` to `close`. `serve` makes a connection of an accepted socket; `who_asks`
    returns for whom an `Authorization` counts, None where that is not known.
    """

    def __init__(
        self,
        listeners: Sequence[socket.socket],
        arrivals: Arrivals[socket.socket],
        *,
        serve: Serve,
        who_asks: WhoAsks,
    ) -> None:
        self._listeners, self._arrivals = listeners, arrivals
        self._serve, self._who_asks = serve, who_asks
        self._next: asyncio.Handle | None = None
        self._rests: dict[socket.socket, asyncio.Handle] = {}
        self._beginning: set[asyncio.Task[None]] = set()

    def start(self) -> None:
        """Accept, in the running loop."""
        self._loop = asyncio.get_running_loop()
        for listener in self._listeners:
            listener.setblocking(False)
            if hasattr(socket, "TCP_DEFER_ACCEPT"):  # then the head is there to be looked at
                listener.setsockopt(socket.IPPROTO_TCP, socket.TCP_DEFER_ACCEPT, _SILENT_S)
            self._listen(listener)

    def close(self) -> None:
        """Accept no more, and close what was not served yet."""
        for listener in self._listeners:
            self._loop.remove_reader(listener)
        for handle in (*self._rests.values(), *([self._next] if self._next else [])):
            handle.cancel()
        for accepted in self._arrivals.clear():
            accepted.close()

    async def wait_closed(self) -> None:
        """Wait until none is being made."""
        if self._beginning:
            await asyncio.wait(self._beginning)

    def _listen(self, listener: socket.socket) -> None:
        self._rests.pop(listener, None)
        self._loop.add_reader(listener, self._accept, listener)

    def _accept(self, listener: socket.socket) -> None:
        for _ in range(_ACCEPTS_AT_ONCE):
            try:
                accepted, peer = listener.accept()
            except (BlockingIOError, InterruptedError, ConnectionAbortedError):
                break
            except OSError as error:  # as many files are open as may be
                log.error("cannot_accept", error=str(error))
                self._loop.remove_reader(listener)
                self._rests[listener] = self._loop.call_later(
                    _NO_FILES_PAUSE_S, self._listen, listener
                )
                break
            accepted.setblocking(False)
            begun = _begun(accepted)
            if begun is None:
                accepted.close()
                continue
            authorization = _AUTHORIZATION.search(begun)
            known = self._who_asks(authorization[1].decode("latin-1")) if authorization else None
            oldest = self._arrivals.add(known or Comer(share_of(peer[0])), accepted)
            if oldest is not None:
                oldest.close()
        if self._next is not None:
            self._next.cancel()  # it may be for later, and what has come now for now
        self._next = self._loop.call_soon(self._begin_next)

    def _begin_next(self) -> None:
        """Serve a few, and look again once everything else had its turn."""
        self._next = None
        let_in = self._arrivals.next()
        for accepted in let_in:
            task = self._loop.create_task(self._begin(accepted))
            self._beginning.add(task)
            task.add_done_callback(self._beginning.discard)
        if let_in:
            self._next = self._loop.call_soon(self._begin_next)
        elif (wait_s := self._arrivals.wait_s()) is not None:
            self._next = self._loop.call_later(wait_s, self._begin_next)

    async def _begin(self, accepted: socket.socket) -> None:
        if _begun(accepted) is None:
            accepted.close()
            return
        with contextlib.suppress(OSError):  # it went away this moment
            accepted.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            await self._serve(accepted)


def _begun(accepted: socket.socket) -> bytes | None:
    """Return the begin of what has come, and leave it there; None where the other side is gone and
    has sent nothing.
    """
    try:
        return accepted.recv(_LOOKED_AT_BYTES, socket.MSG_PEEK) or None
    except BlockingIOError:
        return b""
    except OSError:
        return None
