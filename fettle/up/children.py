"""Services, and a technician to play with, as processes in sessions of their own; what they say
goes to a log and to the terminal.
"""

import contextlib
import signal
import threading
from collections import deque
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import BinaryIO

from fettle.engines.processes import Running, ending_of, stop
from fettle.up.forked import Begin
from fettle.up.watch import Say

_LOG_LIMIT_BYTES = 20_000_000
_WRONG_START = {2: "a wrong setting", 3: "it cannot listen"}
"""Exit codes of a service that would fail again in the same way."""


class Child:
    """One process, `python -m MODULE …`, as `begin` begins it."""

    def __init__(
        self,
        name: str,
        module: Sequence[str],
        environment: Mapping[str, str],
        log: Path,
        say: Say,
        begin: Begin,
    ) -> None:
        self.name = name
        self.log = log
        self._module = module
        self._environment = dict(environment)
        self._say = say
        self._last_words: deque[str] = deque(maxlen=5)
        self._begin = begin
        self._process: Running | None = None
        self._listener: threading.Thread | None = None

    @property
    def pid(self) -> int:
        return self._process.pid if self._process is not None else 0

    @property
    def alive(self) -> bool:
        return self._process is not None and self._process.poll() is None

    @property
    def ending(self) -> str:
        return ending_of(self._process)

    @property
    def gave_up(self) -> str | None:
        """Why it ended, when beginning again cannot help; with its last words."""
        code = self._process.poll() if self._process is not None else None
        if code not in _WRONG_START:
            return None
        if self._listener is not None:
            self._listener.join(1)
        return f"{_WRONG_START[code]}: {' '.join(self._last_words)}"

    def start(self) -> None:
        """Raise OSError where the system has no room for it."""
        module, *arguments = self._module
        self._process = process = self._begin(module, arguments, self._environment)
        self._last_words.clear()
        self._listener = threading.Thread(
            target=self._pass_on, args=(process.stdout,), name=f"log-{self.name}", daemon=True
        )
        self._listener.start()

    restart = start

    def kill(self) -> None:
        """As a crash would."""
        self.stop(signal.SIGKILL, timeout_s=4)

    def ask_to_stop(self) -> None:
        """Does not wait; `stop` does."""
        if self._process is not None and self.alive:
            self._process.send_signal(signal.SIGTERM)

    def stop(self, politely: signal.Signals = signal.SIGTERM, *, timeout_s: float) -> None:
        if self._process is not None:
            stop(self._process, politely, timeout_s=timeout_s)

    def _pass_on(self, output: BinaryIO) -> None:
        """Pass on lines to the end: a child whose pipe is not emptied would stand still."""
        with output:
            for line in output:
                # the disk is full: the line is lost, the service goes on
                with contextlib.suppress(OSError):
                    self._keep(line)
                text = line.decode(errors="replace").rstrip()
                self._last_words.append(text)
                self._say(self.name, text)

    def _keep(self, line: bytes) -> None:
        if self.log.exists() and self.log.stat().st_size > _LOG_LIMIT_BYTES:
            self.log.rename(self.log.with_suffix(".old"))
        with self.log.open("ab") as log:
            log.write(line)
