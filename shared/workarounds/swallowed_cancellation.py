"""asyncio.wait_for forgets that its caller was cancelled when what it waits for is done at that
very moment. nats-py waits with it for every answer.

Upstream: python/cpython#86296, mended in Python 3.12; this goes with Python 3.11.
"""

import asyncio


def raise_if_cancelled() -> None:
    """Raise CancelledError where the current task has been cancelled and has not heard of it."""
    if (task := asyncio.current_task()) is not None and task.cancelling():
        raise asyncio.CancelledError
