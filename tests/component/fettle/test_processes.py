"""Ending a process means that its last thread is gone."""

import signal
import subprocess
import sys

import pytest

from fettle.engines.processes import began, end

# The first thread ends at once by the system call itself (60 is exit on x86_64, 93 on aarch64);
# another waits until its input is closed.
_OUTLIVES_ITS_FIRST_THREAD = """
import ctypes, platform, sys, threading
def rest():
    print("rest", flush=True)
    sys.stdin.read()
threading.Thread(target=rest).start()
ctypes.CDLL(None).syscall({"x86_64": 60, "aarch64": 93}[platform.machine()], 0)
"""


@pytest.mark.skipif(
    sys.platform != "linux", reason="elsewhere the system says itself when a process has ended"
)
def test_a_process_whose_first_thread_is_gone_has_not_ended() -> None:
    with subprocess.Popen(
        [sys.executable, "-c", _OUTLIVES_ITS_FIRST_THREAD],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    ) as process:
        try:
            assert process.stdout is not None
            assert process.stdout.readline() == b"rest\n"
            _wait_for_the_first_thread_to_go(process.pid)

            assert began(process.pid)
            end(process.pid, signal.SIGTERM, timeout_s=4)
            assert process.poll() is not None
        finally:
            process.kill()


def _wait_for_the_first_thread_to_go(pid: int) -> None:
    while True:
        with open(f"/proc/{pid}/stat") as stat:
            if stat.read().rpartition(")")[2].split()[0] == "Z":
                return
