"""A line for each part of the bench, with the time since its beginning."""

import time
from math import inf

from rich.console import Console


class Progress:
    """`until_s` is when the bench has to be done, in seconds since its beginning."""

    def __init__(self, console: Console) -> None:
        self._console = console
        self._began = time.monotonic()
        self.until_s = inf

    @property
    def seconds(self) -> float:
        return time.monotonic() - self._began

    @property
    def left_s(self) -> float:
        return self.until_s - self.seconds

    def say(self, line: str) -> None:
        self._console.print(f"[{self.seconds:5.0f} s] {line}", markup=False, highlight=False)
