"""What the engines have in common: a server process on a port of 127.0.0.1, started, awaited,
stopped, killed and begun again.
"""

import contextlib
import signal
import subprocess
import time
from abc import ABC, abstractmethod
from collections.abc import Callable, Collection
from pathlib import Path
from types import TracebackType
from typing import Any, ClassVar, Self

from fettle.engines.processes import EngineFailed, ending_of, free_port, stop

_LOG_LIMIT_BYTES = 20_000_000
_READY_TIMEOUT_S = 60.0
_TRIES = 8


class Engine(ABC):
    """`port` stays the same over `restart`; `log` is where the server writes."""

    NAME: ClassVar[str]
    POLITELY: ClassVar[signal.Signals]
    """The signal that lets it finish its work and go."""

    PASSING: ClassVar[tuple[str, ...]] = ()
    """Words in the log of a start that failed and may succeed a moment later."""

    def __init__(self, log: Path) -> None:
        self.log = log
        self.port = 0
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def pid(self) -> int:
        return self._process.pid if self._process is not None else 0

    @property
    def alive(self) -> bool:
        return self._process is not None and self._process.poll() is None

    @property
    def ending(self) -> str:
        return ending_of(self._process)

    def stop(self, *, timeout_s: float = 4) -> None:
        """Lets it finish, and kills it when it has not gone in time."""
        if self._process is not None:
            stop(self._process, self.POLITELY, timeout_s=timeout_s)

    def ask_to_stop(self) -> None:
        """Does not wait; `stop` does."""
        if self._process is not None and self.alive:
            self._process.send_signal(self.POLITELY)

    def kill(self) -> None:
        """As a crash would: no chance to say goodbye."""
        if self._process is not None:
            stop(self._process, signal.SIGKILL, timeout_s=4)

    def restart(self) -> None:
        """Stops it if it runs, and starts it on the same port and data. Raises EngineFailed."""
        self.stop()
        self._start_on(self.port)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.stop()

    @abstractmethod
    def _command(self) -> list[str]:
        """For `self.port`."""

    @abstractmethod
    def _ready(self) -> bool:
        """It is this very process that answers."""

    def _arguments(self) -> dict[str, Any]:
        """More for subprocess."""
        return {}

    def _start(self, port: int | None, spared: Collection[int] = ()) -> None:
        """Start on that port; or on a free one that is not among the `spared`, and on another if
        some other program was quicker.
        """
        for tries_left in reversed(range(_TRIES)):
            try:
                return self._start_on(port or free_port(excluding=spared))
            except _PortTaken:
                if port is not None or not tries_left:
                    raise
        return None

    def _start_on(self, port: int) -> None:
        self.port = port
        deadline = time.monotonic() + _READY_TIMEOUT_S
        while not self._launch(deadline):
            time.sleep(0.05)

    def _launch(self, deadline: float) -> bool:
        """Ready; or False when it failed for a reason that passes.

        Raises EngineFailed, with the end of its log, for any other.
        """
        if self.log.exists() and self.log.stat().st_size > _LOG_LIMIT_BYTES:
            self.log.rename(self.log.with_suffix(".old"))
        with self.log.open("ab") as out:
            said_before = out.tell()
            self._process = subprocess.Popen(
                self._command(),
                stdin=subprocess.DEVNULL,
                stdout=out,
                stderr=subprocess.STDOUT,
                start_new_session=True,
                **self._arguments(),
            )
        try:
            failed = _wait_until(self._ready, self._process, deadline)
        except BaseException:
            self.kill()
            raise
        if failed is None:
            return True
        self.kill()
        said = _after(self.log, said_before)
        message = (
            f"{self.NAME} {failed} while starting. The end of {self.log}:\n{said[-2000:].rstrip()}"
        )
        if "address already in use" in said.lower():
            raise _PortTaken(f"port {self.port} is taken; {message}")
        if time.monotonic() < deadline and any(words in said for words in self.PASSING):
            return False
        raise EngineFailed(message)


class _PortTaken(EngineFailed):
    pass


def _wait_until(
    ready: Callable[[], bool], process: "subprocess.Popen[bytes]", deadline: float
) -> str | None:
    """None once it is ready; else what went wrong."""
    while process.poll() is None:
        if ready():
            return None
        if time.monotonic() > deadline:
            return "was not ready in time"
        time.sleep(0.01)
    return f"exited with {process.returncode}"


def _after(log: Path, position: int) -> str:
    with contextlib.suppress(OSError), log.open("rb") as lines:
        lines.seek(position)
        return lines.read().decode(errors="replace")
    return ""
