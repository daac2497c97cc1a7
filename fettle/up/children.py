"""The services as processes: started, watched, begun again when they die, and stopped."""

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Mapping
from pathlib import Path

from fettle.engines.processes import stop
from fettle.home import CHECKOUT

Say = Callable[[str, str], None]
"""`say(name, line)`: one line of a child's output, or about it."""

_SHORTEST_PAUSE_S = 0.25
_LONGEST_PAUSE_S = 10.0
_STEADY_AFTER_S = 30.0


class Child:
    """One service process. `watch` begins it again when it died, after a pause that grows while it keeps dying."""

    def __init__(self, name: str, environment: Mapping[str, str], log: Path, say: Say) -> None:
        self.name = name
        self.restarts = 0
        self._environment = dict(environment)
        self._log = log
        self._say = say
        self._pause = _SHORTEST_PAUSE_S
        self._began = 0.0
        self._again_at: float | None = None
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def pid(self) -> int:
        return self._process.pid if self._process is not None else 0

    @property
    def alive(self) -> bool:
        return self._process is not None and self._process.poll() is None

    def start(self) -> None:
        self._began = time.monotonic()
        self._again_at = None
        self._process = subprocess.Popen(
            [sys.executable, "-m", f"services.{self.name}"],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            env=self._environment,
            cwd=CHECKOUT,
            start_new_session=True,
        )
        threading.Thread(target=self._pass_on, args=(self._process,), name=f"log-{self.name}", daemon=True).start()

    def watch(self) -> bool:
        """True when it was begun again just now."""
        if self.alive or self._process is None:
            return False
        now = time.monotonic()
        if self._again_at is None:
            if now - self._began > _STEADY_AFTER_S:
                self._pause = _SHORTEST_PAUSE_S
            self._say(self.name, f"ended with {_ending(self._process.returncode)}; begins again in {self._pause:g} s")
            self._again_at = now + self._pause
            self._pause = min(self._pause * 2, _LONGEST_PAUSE_S)
        if now < self._again_at:
            return False
        self.restarts += 1
        self.start()
        return True

    def kill(self) -> None:
        """As a crash would."""
        if self._process is not None and self._process.poll() is None:
            os.killpg(self._process.pid, signal.SIGKILL)
            self._process.wait()

    def ask_to_stop(self) -> None:
        if self._process is not None and self._process.poll() is None:
            self._process.send_signal(signal.SIGTERM)

    def stop(self, *, within_s: float) -> None:
        if self._process is not None:
            stop(self._process, signal.SIGTERM, within_s=within_s)

    def _pass_on(self, process: "subprocess.Popen[bytes]") -> None:
        assert process.stdout is not None  # noqa: S101 - a pipe, above
        with process.stdout as output, self._log.open("ab") as log:
            for line in output:
                log.write(line)
                log.flush()
                self._say(self.name, line.decode(errors="replace").rstrip())


def _ending(returncode: int) -> str:
    return f"exit code {returncode}" if returncode >= 0 else f"signal {signal.Signals(-returncode).name}"
