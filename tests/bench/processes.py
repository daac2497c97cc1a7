"""Processes of the bench's own, spoken to in lines of JSON, and what the operating system says
about any process.
"""

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
            [sys.executable, "-m", module, *arguments],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            start_new_session=True,
        )

    @property
    def pid(self) -> int:
        return self._process.pid

    def ask(self, order: Mapping[str, Any]) -> dict[str, Any]:
        """Raises RuntimeError when the process is gone; what it complained of stands on stderr."""
        self.order(order)
        return self.hear()

    def order(self, order: Mapping[str, Any]) -> None:
        """Let it begin, without waiting for its answer: that is to be heard."""
        assert self._process.stdin is not None
        self._process.stdin.write(json.dumps(order).encode() + b"\n")
        self._process.stdin.flush()

    def hear(self) -> dict[str, Any]:
        """Return the next line that it says."""
        assert self._process.stdout is not None
        line = self._process.stdout.readline()
        if not line:
            raise RuntimeError(f"{self._process.args!r} ended with {self._process.wait()}")
        answer: dict[str, Any] = json.loads(line)
        return answer

    def __enter__(self) -> "Worker":
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._process.kill()
        self._process.communicate()


def say(answer: Mapping[str, Any]) -> None:
    """Write a worker's next line."""
    sys.stdout.write(json.dumps(answer) + "\n")
    sys.stdout.flush()


def resident_mb(pid: int) -> float:
    """Return VmRSS of the process and of those it has begun, in MB."""
    return sum(_resident_kb(each) for each in _family([pid])) / 1024


def cpu_s(pids: Iterable[int]) -> float:
    """Return the CPU time that these processes and those they have begun have used so far, in
    seconds.
    """
    return sum(_cpu_s(pid) for pid in _family(pids))


def children_of(pid: int) -> list[int]:
    return [child for child, parent in _parents().items() if parent == pid]


def began_s(pid: int) -> float:
    """Return when the process began, in seconds of `time.clock_gettime(CLOCK_BOOTTIME)`, to a
    hundredth.
    """
    return int(_stat(pid)[19]) / _TICKS


def schedstat_s(text: str) -> float:
    """Return the first of the three figures of /proc/PID/task/TID/schedstat, nanoseconds on the
    CPU, in seconds.
    """
    return int(text.split()[0]) / 1e9


def stat_fields(text: str) -> list[str]:
    """Return the fields of /proc/PID/stat from the state on: the name before it may hold spaces and
    brackets.
    """
    return text.rpartition(")")[2].split()


def _family(pids: Iterable[int]) -> set[int]:
    parents = _parents()
    family = set(pids)
    while grown := {child for child, parent in parents.items() if parent in family} - family:
        family |= grown
    return family


def _parents() -> dict[int, int]:
    pids = [int(entry.name) for entry in Path("/proc").iterdir() if entry.name.isdigit()]
    return {pid: int(fields[1]) for pid in pids if (fields := _stat(pid))}


def _cpu_s(pid: int) -> float:
    """Its own, to the nanosecond while its threads live, and that of its children that have ended,
    to the tick.
    """
    fields = _stat(pid)
    if not fields:
        return 0.0
    own, of_ended_children = (
        sum(map(int, fields[11:13])) / _TICKS,
        sum(map(int, fields[13:15])) / _TICKS,
    )
    return max(_threads_cpu_s(pid), own) + of_ended_children


def _threads_cpu_s(pid: int) -> float:
    """By schedstat; 0 where the system has none.

    A thread that has ended is missing here, but not in /proc/PID/stat.
    """
    used = 0.0
    for thread in Path(f"/proc/{pid}/task").glob("*/schedstat"):
        try:
            used += schedstat_s(thread.read_text())
        except OSError:  # it ended just now
            continue
    return used


def _resident_kb(pid: int) -> int:
    try:
        lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    except OSError:
        return 0
    return next((int(line.split()[1]) for line in lines if line.startswith("VmRSS:")), 0)


def _stat(pid: int) -> list[str]:
    """None when it is gone."""
    try:
        return stat_fields(Path(f"/proc/{pid}/stat").read_text())
    except OSError:
        return []
