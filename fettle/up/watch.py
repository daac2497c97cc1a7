"""What died is begun again, after a pause that grows while it keeps dying."""

import time
from collections.abc import Callable
from typing import Protocol

from fettle.engines.processes import EngineFailed
from shared.backoff import Backoff

Say = Callable[[str, str], None]
"""`say(name, line)`: one line of a child's output, or about it."""

_MIN_PAUSE_S = 0.25
_MAX_PAUSE_S = 10.0
_STEADY_AFTER_S = 5.0


class Watched(Protocol):
    @property
    def alive(self) -> bool: ...

    @property
    def ending(self) -> str:
        """How it ended, in words."""

    def restart(self) -> None:
        """Raises EngineFailed or OSError."""


class Watch:
    """Over one process that has been started; `clock` tells seconds."""

    def __init__(
        self, name: str, watched: Watched, say: Say, *, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._name = name
        self._watched = watched
        self._say = say
        self._clock = clock
        # by no chance: there is one of it, and its pause is said
        self._backoff = Backoff(_MIN_PAUSE_S, _MAX_PAUSE_S, chance=lambda: 0.0)
        self._began = clock()
        self._again_at: float | None = None

    def look(self) -> bool:
        """True when it was begun again just now."""
        if self._watched.alive:
            return False
        now = self._clock()
        if self._again_at is None:
            if now - self._began > _STEADY_AFTER_S:
                self._backoff.reset()
            self._put_off(f"ended with {self._watched.ending}")
        if self._again_at is None or now < self._again_at:
            return False
        return self._begin_again()

    def _begin_again(self) -> bool:
        try:
            self._watched.restart()
        except (EngineFailed, OSError) as error:
            self._put_off(str(error))
            return False
        self._began, self._again_at = self._clock(), None
        return True

    def _put_off(self, reason: str) -> None:
        pause_s = self._backoff.next_s()
        self._say(self._name, f"{reason}; begins again in {pause_s:g} s")
        self._again_at = self._clock() + pause_s
