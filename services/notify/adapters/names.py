"""Names looked up in threads of their own: a slow resolver delays only what asks for that name, and
nothing else of the process.
"""

import asyncio
import socket
from collections.abc import Callable, Sequence
from concurrent.futures import Future
from threading import Thread

Addresses = Sequence[tuple[str, socket.AddressFamily]]

MAX_AT_ONCE = 32
"""Names that are being looked up; the next one waits."""

PATIENCE_S = 3.0
"""How long a registration waits for its name, and then for its refusal."""


def ask_the_system(name: str) -> Addresses:
    """Return the name's addresses. Raises OSError when there are none, ValueError for what cannot
    be a name.
    """
    found = socket.getaddrinfo(name, None, type=socket.SOCK_STREAM)
    return [(str(sockaddr[0]), family) for family, _, _, _, sockaddr in found]


class Names:
    """Not the loop's own `getaddrinfo`: that shares a few threads with connections to the database
    and the broker.

    A name is asked for once at a time, and later callers wait for the same answer, so that one
    whose servers are silent takes one thread however many webhooks go there. The threads are
    daemons: none of them holds up a stop.
    """

    def __init__(
        self,
        look_up: Callable[[str], Addresses] = ask_the_system,
        *,
        patience_s: float = PATIENCE_S,
    ) -> None:
        self._look_up, self.patience_s = look_up, patience_s
        self._room = asyncio.Semaphore(MAX_AT_ONCE)
        self._under_way: dict[str, asyncio.Task[Addresses]] = {}

    async def addresses(self, name: str) -> Addresses:
        """Return the name's addresses; may take as long as the system's resolver likes. A caller
        that gives up leaves the look-up to the others. Raises what the look-up raises.
        """
        asking = self._under_way.get(name)
        if asking is None:
            asking = self._under_way[name] = asyncio.create_task(
                self._ask(name), name=f"look_up_{name}"
            )
            asking.add_done_callback(lambda done: self._answered(name, done))
        return await asyncio.shield(asking)

    async def _ask(self, name: str) -> Addresses:
        async with self._room:
            answer: Future[Addresses] = Future()
            answer.set_running_or_notify_cancel()
            Thread(
                target=self._settle, args=(name, answer), name=f"look_up_{name}", daemon=True
            ).start()
            return await asyncio.wrap_future(answer)

    def _settle(self, name: str, answer: Future[Addresses]) -> None:
        try:
            answer.set_result(self._look_up(name))
        except (OSError, ValueError) as error:
            answer.set_exception(error)

    def _answered(self, name: str, done: asyncio.Task[Addresses]) -> None:
        del self._under_way[name]
        if not done.cancelled():
            done.exception()  # looked at here, for everybody may have given up
