"""Which test run started what: so that the next one clears away what a killed one left running.

Whatever a run starts inherits its mark in the environment; a container has it as a label. A mark
names a process of this machine and the moment it began, so it is known when the run is over, and
nothing that somebody else started is ever touched.
"""

import os
import re
import shutil
import signal
from collections.abc import Iterator
from pathlib import Path

from fettle.engines.processes import began, command_line, end

MARK = "RUN_OF_FETTLE_TESTS"
_CLUSTER = re.compile(r"/postgres -D (\S+)/cluster ")


def mark_this_run() -> str:
    """The mark of this very process, which its children inherit from now on."""
    os.environ[MARK] = "|".join((str(os.getpid()), began(os.getpid()), _where()))
    return os.environ[MARK]


def is_over(mark: str) -> bool:
    """False also for what cannot be known: a run inside another container, or on
    another machine.
    """
    pid, moment, where = mark.split("|")
    return where == _where() and began(int(pid)) != moment


def end_leftovers() -> list[str]:
    """Ends every process whose run is over, and removes the clusters they served; returns what they
    were started with.
    """
    ended: list[str] = []
    while leftovers := [
        (pid, command_line(pid)) for pid, mark in _marked_processes() if is_over(mark)
    ]:
        for pid, command in leftovers:  # and once more, since a supervisor begins again what dies
            # for PostgreSQL: at once, without a last checkpoint
            end(pid, signal.SIGQUIT, timeout_s=2)
            if cluster := _CLUSTER.search(command):
                shutil.rmtree(cluster[1], ignore_errors=True)
            ended.append(command)
    return ended


def _marked_processes() -> Iterator[tuple[int, str]]:
    """Linux alone shows what a process was started with; elsewhere there are none."""
    wanted = f"{MARK}=".encode()
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            variables = (folder / "environ").read_bytes().split(b"\0")  # nothing once it has ended
        except OSError:  # somebody else's, or not there any more
            continue
        mark = next(
            (
                variable.removeprefix(wanted)
                for variable in variables
                if variable.startswith(wanted)
            ),
            None,
        )
        if mark is not None:
            yield int(folder.name), mark.decode()


def _where() -> str:
    """Where ids of processes mean the same; the boot too, since ids begin anew with it."""
    try:
        boot = Path("/proc/sys/kernel/random/boot_id").read_text().strip()
        return f"{boot}/{os.readlink('/proc/self/ns/pid')}"
    except OSError:
        return "here"
