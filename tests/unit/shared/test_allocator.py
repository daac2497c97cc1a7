"""Memory that large blocks took is the system's again."""

import subprocess
import sys

import pytest

_BLOCKS = """
import ctypes, pathlib, threading
from shared.service.allocator import give_large_blocks_back
libc = ctypes.CDLL(None)
libc.malloc.restype, libc.free.argtypes = ctypes.c_void_p, [ctypes.c_void_p]
def use():
    for _ in range(3):
        block = libc.malloc(19_456 * 1024)
        ctypes.memset(block, 1, 19_456 * 1024)
        libc.free(block)
def held_mb():
    return int(pathlib.Path("/proc/self/statm").read_text().split()[1]) * 4096 / 2**20
give_large_blocks_back()
before = held_mb()
for thread in [threading.Thread(target=use) for _ in range(2)]:
    thread.start()
    thread.join()
print(held_mb() - before)
"""


@pytest.mark.skipif(sys.platform != "linux", reason="glibc alone")
def test_a_thread_that_had_a_large_block_holds_it_no_more() -> None:
    command = [sys.executable, "-c", _BLOCKS]

    held_mb = subprocess.run(command, capture_output=True, text=True, check=True).stdout

    assert float(held_mb) < 5
