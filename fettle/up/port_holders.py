"""Who listens on a port of this machine, in words for the one who wanted it.

What cannot be seen is not guessed.
"""

import os
import subprocess
from collections.abc import Iterator
from pathlib import Path

from fettle.engines.processes import command_line

_LISTENING = "0A"


def holder_of(port: int) -> str:
    """`the Fettle in /home/li/fettle (process 4711)`, `process 4712 (nginx …)`, or `another
    program`.
    """
    pid = next(
        _listeners_in_proc(port) if Path("/proc/net/tcp").exists() else _listeners_by_lsof(port),
        None,
    )
    if pid is None:
        return "another program"
    command, folder = command_line(pid), _working_folder(pid)
    if " -m services." in command and folder is not None:
        return f"the Fettle in {folder} (process {pid})"
    return f"process {pid} ({command[:60].strip()})"


def _listeners_in_proc(port: int) -> Iterator[int]:
    """Linux. Only processes that we may look into."""
    sockets = {
        f"socket:[{inode}]"
        for table in ("tcp", "tcp6")
        for inode in _inodes(Path("/proc/net") / table, port)
    }
    for process in Path("/proc").iterdir():
        if process.name.isdigit() and sockets & set(_open_files(process)):
            yield int(process.name)


def _inodes(table: Path, port: int) -> Iterator[str]:
    """See proc_pid_net(5): local address, remote address, state, …, inode."""
    lines = table.read_text().splitlines()[1:] if table.exists() else []
    for line in lines:
        fields = line.split()
        if fields[3] == _LISTENING and int(fields[1].rpartition(":")[2], 16) == port:
            yield fields[9]


def _open_files(process: Path) -> Iterator[str]:
    try:
        for file in (process / "fd").iterdir():
            yield str(file.readlink())
    except OSError:  # not ours to look into, or it ended meanwhile
        return


def _listeners_by_lsof(port: int) -> Iterator[int]:
    """macOS."""
    yield from (
        int(line[1:])
        for line in _lsof(f"-iTCP:{port}", "-sTCP:LISTEN", "-Fp")
        if line.startswith("p")
    )


def _working_folder(pid: int) -> str | None:
    try:
        return os.readlink(f"/proc/{pid}/cwd")
    except OSError:
        return next(
            (
                line[1:]
                for line in _lsof("-a", "-p", str(pid), "-d", "cwd", "-Fn")
                if line.startswith("n")
            ),
            None,
        )


def _lsof(*arguments: str) -> list[str]:
    try:
        return subprocess.run(
            ["lsof", "-nP", *arguments], capture_output=True, text=True, check=False
        ).stdout.splitlines()  # noqa: S607
    except OSError:  # the system has none
        return []
