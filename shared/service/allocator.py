"""What the C library keeps of memory that was given back to it (glibc: mallopt(3))."""

import ctypes

_M_TRIM_THRESHOLD, _M_MMAP_THRESHOLD = -1, -3
_LARGE_BYTES = 1024 * 1024


def give_large_blocks_back() -> None:
    """Have blocks from a megabyte on mapped alone, so that they go back to the system once they are
    freed. Where the C library is another than glibc nothing changes.

    Left to itself glibc learns from the first large block that is freed to keep the next ones:
    every thread that had compared a password held its 19 MB from then on.
    """
    mallopt = getattr(ctypes.CDLL(None), "mallopt", None)
    if mallopt is not None:
        mallopt(_M_MMAP_THRESHOLD, _LARGE_BYTES)
        mallopt(_M_TRIM_THRESHOLD, 2 * _LARGE_BYTES)
