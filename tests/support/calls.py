"""Counts what this thread calls: the cost of a piece of code that no other program's load moves."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from types import FrameType


@dataclass
class Calls:
    """How many functions were called, in Python and in C."""

    n: int = 0


@contextmanager
def counted_calls() -> Iterator[Calls]:
    """Count from here to the end of the block, and of what the event loop runs meanwhile."""
    calls = Calls()

    def count(_frame: FrameType, event: str, _called: object) -> None:
        calls.n += event in ("call", "c_call")

    before = sys.getprofile()
    sys.setprofile(count)
    try:
        yield calls
    finally:
        sys.setprofile(before)
