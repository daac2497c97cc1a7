"""Child processes in sessions of their own: started, awaited, and stopped for certain."""

import os
import signal
import socket
import subprocess
import time
from collections.abc import Callable
from pathlib import Path


class EngineFailed(Exception):
    """An engine did not start or stop; the message says which, why, and what to do."""


def free_port() -> int:
    """A port of 127.0.0.1 that nobody listens on right now; whoever binds it must be ready to try another."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def answers(port: int) -> bool:
    """Somebody accepts connections there."""
    try:
        socket.create_connection(("127.0.0.1", port), timeout=1).close()
    except OSError:
        return False
    return True


def wait_until(ready: Callable[[], bool], process: "subprocess.Popen[bytes]", *, within_s: float, what: str, log: Path) -> None:
    """Raises EngineFailed, with the end of its log, when it exits or is not ready in time."""
    deadline = time.monotonic() + within_s
    while not ready():
        if process.poll() is not None:
            raise EngineFailed(f"{what} exited with {process.returncode} while starting. The end of {log}:\n{tail(log)}")
        if time.monotonic() > deadline:
            stop(process, signal.SIGKILL, within_s=1)
            raise EngineFailed(f"{what} was not ready within {within_s:g} s. The end of {log}:\n{tail(log)}")
        time.sleep(0.01)


def stop(process: "subprocess.Popen[bytes]", politely: signal.Signals, *, within_s: float) -> None:
    """Asks with `politely`; kills its whole session when it is not gone in time."""
    if process.poll() is None:
        process.send_signal(politely)
        try:
            process.wait(within_s)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()


def tail(log: Path, lines: int = 15) -> str:
    try:
        return "\n".join(log.read_text(errors="replace").splitlines()[-lines:])
    except OSError:
        return "(no log)"
