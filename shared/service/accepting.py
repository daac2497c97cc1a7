"""What comes to the sockets of a service: accepted at once, and served at its address' pace.

Accepting costs a hundredth of what serving costs, so that a flood of connections waits as sockets
that are not read, and not as work before that of others.
"""

import asyncio
import contextlib
import socket
from collections.abc import Awaitable, Callable, Sequence

from shared.http.limits.addresses import share_of
from shared.http.limits.arrivals import Arrivals
from shared.telemetry import get_logger

log = get_logger(__name__)

_ACCEPTS_AT_ONCE = 16
_NO_FILES_PAUSE_S = 1.0

Serve = Callable[[socket.socket], Awaitable[object]]


class Accepting:
    """Accepts from `start` to `close`; `serve` makes a connection of an accepted socket."""

    def __init__(
        self, listeners: Sequence[socket.socket], arrivals: Arrivals[socket.socket], serve: Serve
    ) -> None:
        self._listeners, self._arrivals, self._serve = listeners, arrivals, serve
        self._next: asyncio.Handle | None = None
        self._rests: dict[socket.socket, asyncio.Handle] = {}
        self._beginning: set[asyncio.Task[None]] = set()

    def start(self) -> None:
        """Accept, in the running loop."""
        self._loop = asyncio.get_running_loop()
        for listener in self._listeners:
            listener.setblocking(False)
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
            oldest = self._arrivals.add(share_of(peer[0]), accepted)
            if oldest is not None:
                oldest.close()
        if self._next is None:
            self._begin_next()

    def _begin_next(self) -> None:
        """Serve one, and look again once everything else had its turn."""
        self._next = None
        accepted = self._arrivals.next()
        if accepted is not None:
            task = self._loop.create_task(self._begin(accepted))
            self._beginning.add(task)
            task.add_done_callback(self._beginning.discard)
            self._next = self._loop.call_soon(self._begin_next)
        elif (wait_s := self._arrivals.wait_s()) is not None:
            self._next = self._loop.call_later(wait_s, self._begin_next)

    async def _begin(self, accepted: socket.socket) -> None:
        if _has_gone(accepted):
            accepted.close()
            return
        with contextlib.suppress(OSError):  # it went away this moment
            await self._serve(accepted)


def _has_gone(accepted: socket.socket) -> bool:
    """Return whether the other side closed it and has sent nothing."""
    try:
        return accepted.recv(1, socket.MSG_PEEK) == b""
    except BlockingIOError:
        return False
    except OSError:
        return True
