"""The command `fettle` as a process: run to its end, or kept running while a test looks at it."""

import atexit
import json
import os
import subprocess
import sys
import threading
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

from fettle.engines.processes import free_ports
from fettle.home import PROCESSES
from tests.support.eventually import eventually
from tests.support.typed_commands import TypedCommands

_COMMAND = Path(sys.executable).with_name("fettle")
_started: set[str] = set()


@cache
def _typed_commands() -> TypedCommands:
    made = TypedCommands()
    atexit.register(made.end)
    return made


def fettle(
    *arguments: str, home: Path, cwd: Path, **environment: str
) -> "subprocess.CompletedProcess[str]":
    """Run the command to its end: the first of a name as any shell starts it, which also imports
    what it needs, and the next ones where everything has been imported, the width included.
    """
    told = _environment(home, environment)
    if arguments[0] in _started and "COLUMNS" not in environment:
        return _typed_commands().run(*arguments, cwd=cwd, environment=told)
    _started.add(arguments[0])
    return subprocess.run(
        [_COMMAND, *arguments],
        cwd=cwd,
        env=told,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )


class Up:
    """`fettle up`, on ports of its own. `lines` is what it has said."""

    def __init__(
        self,
        home: Path,
        *,
        shell: str = 'exec "$0" up',
        ports: Mapping[str, int] | None = None,
        **environment: str,
    ) -> None:
        self.home = home
        self.ports = dict(ports or zip(PROCESSES, free_ports(len(PROCESSES)), strict=True))
        given = {f"FETTLE_{name.upper()}_PORT": str(port) for name, port in self.ports.items()}
        self.lines: list[str] = []
        self.process = subprocess.Popen(
            ["/bin/sh", "-c", shell, _COMMAND],
            env=_environment(home, {**given, **environment}),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            text=True,
        )
        self._reader = threading.Thread(target=self._read)
        self._reader.start()

    async def says(self, words: str, *, timeout_s: float = 180) -> str:
        """The line with these words, waited for.

        Raises AssertionError with all it said, also when it ended without them.
        """

        async def said_or_over() -> bool:
            return self._said(words) is not None or not self._reader.is_alive()

        await eventually(said_or_over, timeout_s=timeout_s)
        line = self._said(words)
        assert line is not None, f"it never said {words!r}, but:\n" + "\n".join(self.lines)
        return line

    @property
    def state(self) -> dict[str, Any]:
        """What it has written down for others."""
        told: dict[str, Any] = json.loads((self.home / "state.json").read_text())
        return told

    def ends(self, *, timeout_s: float) -> int:
        """Its exit code."""
        code = self.process.wait(timeout_s)
        self._reader.join()
        return code

    def end(self) -> None:
        """Whatever state it is in."""
        if self.process.poll() is None:
            self.process.terminate()
        self.ends(timeout_s=20)

    def _said(self, words: str) -> str | None:
        return next((line for line in list(self.lines) if words in line), None)

    def _read(self) -> None:
        assert self.process.stderr is not None
        with self.process.stderr as said:
            for line in said:
                self.lines.append(line.rstrip("\n"))


def _environment(home: Path, more: dict[str, str]) -> dict[str, str]:
    ours = {name: value for name, value in os.environ.items() if not name.startswith("FETTLE_")}
    return {**ours, "FETTLE_HOME": str(home), **more}
