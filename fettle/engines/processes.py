"""Processes and ports of this machine: who they are, who is alive, and how they are stopped for
certain.
"""

import contextlib
import os
import random
import signal
import socket
import subprocess
import time
from collections.abc import Collection
from pathlib import Path
from typing import Protocol


class EngineFailed(Exception):
    """An engine did not start or stop; the message says which, why, and what to do."""


# Below what systems hand out to outgoing connections (Linux from 32768, macOS from 49152): a client
# that tries again and again to reach a stopped server would else be given the server's own port in
# the end, connect to itself, and keep the server from coming back.
_PORTS = range(20_000, 32_000)


def free_port(*, excluding: Collection[int] = ()) -> int:
    """Return a port of 127.0.0.1 that nothing listens on right now, none of `excluding`.

    Binding it may fail all the same: try another then.
    """
    return free_ports(1, excluding=excluding)[0]


def free_ports(count: int, *, excluding: Collection[int] = ()) -> list[int]:
    """Return as many different ones. Raises EngineFailed."""
    allowed = [port for port in _PORTS if port not in excluding]
    free = [port for port in random.sample(allowed, min(200, len(allowed))) if is_free(port)]
    if len(free) < count:
        raise EngineFailed(
            f"no free port on 127.0.0.1 among {_PORTS.start} to {_PORTS.stop}: end what holds them"
        )
    return free[:count]


def is_free(port: int) -> bool:
    """Return whether the port is free. Raises PermissionError where only root may."""
    with socket.socket() as probe:
        # As servers do: connections of a former listener that are still closing are no hindrance.
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except PermissionError:
            raise
        except OSError:
            return False
    return True


def began(pid: int) -> str:
    """When the process began, as the system tells it: with the id it names a process, since ids are
    used again. Empty when it has ended.
    """
    stat = Path(f"/proc/{pid}/stat")
    try:
        fields = stat.read_text().rpartition(")")[2].split()
    except OSError:
        return "" if _has_proc() else _ps(pid, "lstart=")
    # Of a process with several threads the first may be gone, and shown as Z, while the others
    # still hold its files and ports.
    return "" if fields[0] == "Z" and int(fields[17]) <= 1 else fields[19]


def command_line(pid: int) -> str:
    """What the process was started with; empty when there is no such process or it is another
    user's.
    """
    try:
        return (
            Path(f"/proc/{pid}/cmdline").read_bytes().replace(b"\0", b" ").decode(errors="replace")
        )
    except OSError:
        return "" if _has_proc() else _ps(pid, "command=")


class Running(Protocol):
    """As much of `subprocess.Popen` as is needed to end a process of ours."""

    @property
    def pid(self) -> int: ...

    def poll(self) -> int | None: ...

    def wait(self, timeout: float | None = None) -> int: ...

    def send_signal(self, sig: int) -> None: ...


def stop(process: Running, politely: signal.Signals, *, timeout_s: float) -> None:
    """Asks with `politely`; kills its whole session when it is not gone in time."""
    if process.poll() is None:
        process.send_signal(politely)
        try:
            process.wait(timeout_s)
        except subprocess.TimeoutExpired:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
            process.wait()


def end(pid: int, politely: signal.Signals, *, timeout_s: float) -> None:
    """The same for a process that is not a child of ours."""
    born = began(pid)
    for number, patience_s in ((politely, timeout_s), (signal.SIGKILL, 2.0)):
        deadline = time.monotonic() + patience_s
        with contextlib.suppress(ProcessLookupError):
            if born and began(pid) == born:
                os.kill(pid, number)
        while born and began(pid) == born:
            if time.monotonic() > deadline:
                break
            time.sleep(0.02)
        else:
            return
    raise EngineFailed(f"process {pid} could not be ended: {command_line(pid)}")


def ending_of(process: Running | None) -> str:
    """`exit code 1`, `signal Killed`; of one that has ended."""
    code = process.poll() if process is not None else None
    if code is None:
        return "nothing yet"
    return f"exit code {code}" if code >= 0 else f"signal {signal.strsignal(-code) or -code}"


def _has_proc() -> bool:
    return Path("/proc/self/stat").exists()


def _ps(pid: int, column: str) -> str:
    command = ["ps", "-ww", "-o", column, "-p", str(pid)]
    # wherever the system has it
    told = subprocess.run(command, capture_output=True, text=True, check=False)
    return told.stdout.strip()
