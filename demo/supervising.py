"""Watching over an instance that a run has started for itself."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager

from fettle.up.instance import Instance

WATCH_INTERVAL_S = 0.1


@contextmanager
def supervised(instance: Instance) -> Iterator[None]:
    """Start again what dies until the block ends, as `fettle up` does."""
    over = threading.Event()

    def watch() -> None:
        while not over.wait(WATCH_INTERVAL_S):
            instance.watch()

    watcher = threading.Thread(target=watch, name="watch", daemon=True)
    watcher.start()
    try:
        yield
    finally:
        over.set()
        watcher.join()
