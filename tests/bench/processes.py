"""Processes of the bench's own, spoken to in lines of JSON, and what the kernel of the machine says about any process."""

import json
import os
import subprocess
import sys
from collections.abc import Iterable, Mapping
from pathlib import Path
from types import TracebackType
from typing import Any

_TICKS = os.sysconf("SC_CLK_TCK")


class Worker:
    """`python -m MODULE …`: each line of JSON that goes in is answered by one."""

    def __init__(self, module: str, *arguments: str) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-m", module, *arguments], stdin=subprocess.PIPE, stdout=subprocess.PIPE, start_new_session=True
        )

    @property
    def pid(self) -> int:
        return self._process.pid

    def ask(self, order: Mapping[str, Any]) -> dict[str, Any]:
        """Raises RuntimeError when the process is gone; what it complained of stands on stderr."""
        assert self._process.stdin is not None
        self._process.stdin.write(json.dumps(order).encode() + b"\n")
        self._process.stdin.flush()
        return self.hear()

    def hear(self) -> dict[str, Any]:
        """The next line that it says."""
        assert self._process.stdout is not None
        line = self._process.stdout.readline()
        if not line:
            raise RuntimeError(f"{self._process.args!r} ended with {self._process.wait()}")
        answer: dict[str, Any] = json.loads(line)
        return answer

    def __enter__(self) -> "Worker":
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self._process.kill()
        self._process.communicate()


def say(answer: Mapping[str, Any]) -> None:
    """A worker's own side: its next line."""
    sys.stdout.write(json.dumps(answer) + "\n")
    sys.stdout.flush()


def resident_mb(pid: int) -> float:
    """VmRSS."""
    for line in Path(f"/proc/{pid}/status").read_text().splitlines():
        if line.startswith("VmRSS:"):
            return int(line.split()[1]) / 1024
    return 0.0


def cpu_s(pids: Iterable[int]) -> float:
    """CPU time that these processes and those they have begun have used so far."""
    parents = _parents()
    family = set(pids)
    while grown := {child for child, parent in parents.items() if parent in family} - family:
        family |= grown
    return sum(_cpu_s(pid) for pid in family)


def _parents() -> dict[int, int]:
    return {int(entry.name): int(fields[1]) for entry in Path("/proc").iterdir() if entry.name.isdigit() and (fields := _stat(entry.name))}


def _cpu_s(pid: int) -> float:
    """Its own, and that of its children that have ended."""
    fields = _stat(str(pid))
    return sum(int(ticks) for ticks in fields[11:15]) / _TICKS if fields else 0.0


def _stat(pid: str) -> list[str]:
    """The fields of /proc/PID/stat from the state on; none when it is gone."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return []
