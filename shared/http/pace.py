"""How slowly a body may come before its sender is told that it takes too long."""

PAUSE_TIMEOUT_S = 30.0
"""How long the next piece may take,"""
SLOWEST_BYTES_PER_S = 16 * 1024
"""and how slow all of them may be, after as long a pause."""
_MAX_AHEAD_S = 60.0
"""How long what came fast makes up for what does not come: without an end, a large body that is
nearly there could be held open for hours, a byte at a time.
"""


class Pace:
    """The pace of one body; moments are seconds of a clock that never goes back."""

    def __init__(self, now_s: float) -> None:
        self._latest_s = now_s + PAUSE_TIMEOUT_S

    def next_by_s(self, now_s: float) -> float:
        """Return until when the next piece has to come."""
        return min(self._latest_s, now_s + PAUSE_TIMEOUT_S)

    def came(self, size_bytes: int, now_s: float) -> None:
        """Note a piece that has come."""
        ahead_s = self._latest_s + size_bytes / SLOWEST_BYTES_PER_S
        self._latest_s = min(ahead_s, now_s + _MAX_AHEAD_S)
