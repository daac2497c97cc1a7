"""The command `fettle` in processes that are forked off one that has imported its modules already:
importing them takes most of what a command takes.
"""

import json
import os
import signal
import subprocess
import sys
from collections.abc import Mapping
from importlib import import_module
from pathlib import Path
from tempfile import TemporaryDirectory
from threading import Lock
from typing import Any

from fettle.home import CHECKOUT

_TIMEOUT_S = 120


class TypedCommands:
    """One process that forks them, until `end`."""

    def __init__(self) -> None:
        self._one_at_a_time = Lock()
        self._forking = subprocess.Popen(
            [sys.executable, "-m", __name__],
            cwd=CHECKOUT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )

    def run(
        self, *arguments: str, cwd: Path, environment: Mapping[str, str]
    ) -> "subprocess.CompletedProcess[str]":
        """Return how `fettle` with these arguments ended, and what it said."""
        assert self._forking.stdin is not None
        assert self._forking.stdout is not None
        with TemporaryDirectory() as folder, self._one_at_a_time:
            said = [Path(folder) / name for name in ("stdout", "stderr")]
            told = {
                "arguments": arguments,
                "cwd": str(cwd),
                "environment": dict(environment),
                "said": [str(path) for path in said],
            }
            self._forking.stdin.write(json.dumps(told) + "\n")
            self._forking.stdin.flush()
            code = int(self._forking.stdout.readline())
            stdout, stderr = (path.read_text(encoding="utf-8") for path in said)
        return subprocess.CompletedProcess(["fettle", *arguments], code, stdout, stderr)

    def end(self) -> None:
        self._forking.communicate()


def _fork_each() -> None:
    """Run each command that a line of the input tells of, and answer with its exit code."""
    command_line: Any = import_module("fettle.__main__")
    for module in command_line.COMMANDS.values():
        import_module(module.partition(":")[0])
    while line := sys.stdin.readline():
        pid = os.fork()
        if pid == 0:
            _become(json.loads(line))
            command_line.app()  # raises SystemExit
        _, status = os.waitpid(pid, 0)
        sys.stdout.write(f"{os.waitstatus_to_exitcode(status)}\n")
        sys.stdout.flush()


def _become(told: Mapping[str, Any]) -> None:
    """Take the place, the environment and the outputs of a process that a shell would start."""
    signal.alarm(_TIMEOUT_S)
    os.chdir(told["cwd"])
    os.environ.clear()
    os.environ.update(told["environment"])
    inputs = [os.devnull, *told["said"]]
    for number, path in enumerate(inputs):
        opened = os.open(path, os.O_RDWR | os.O_CREAT)
        os.dup2(opened, number)
        os.close(opened)
    sys.argv = ["fettle", *told["arguments"]]


if __name__ == "__main__":
    _fork_each()
