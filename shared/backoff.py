"""How long to wait before the next try, and the try after that."""

import random
from collections.abc import Callable


class Backoff:
    """Pauses that double from `shortest_s` to `longest_s` seconds, until `reset`.

    Each is shortened at random by up to a half: what failed at the same moment (all instances, when
    the database restarts) does not come back at the same moment.
    """

    def __init__(
        self,
        shortest_s: float,
        longest_s: float,
        *,
        chance: Callable[[], float] = random.random,
    ) -> None:
        """Begin at `shortest_s`. `chance` returns a number from 0 to below 1; 0 leaves a pause as
        long as it is.
        """
        self._shortest_s, self._longest_s, self._chance = shortest_s, longest_s, chance
        self._pause_s = shortest_s

    def next_s(self, *, at_least_s: float = 0) -> float:
        """Return the pause before the next try, in seconds, and double the one after it.

        `at_least_s` is what the other side has asked for (`Retry-After`).
        """
        pause_s = self._pause_s * (1 - self._chance() / 2)
        self._pause_s = min(self._pause_s * 2, self._longest_s)
        return max(round(pause_s, 3), at_least_s)

    def reset(self) -> None:
        """Begin again at `shortest_s`: the last try went well."""
        self._pause_s = self._shortest_s
