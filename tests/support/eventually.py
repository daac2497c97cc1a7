"""Waiting for what happens elsewhere, instead of sleeping."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import TypeVar

T = TypeVar("T")


async def eventually(
    look: Callable[[], Awaitable[T]], *, timeout_s: float = 30, every_s: float = 0.02
) -> T:
    """What `look` returns once it is true.

    An AssertionError inside counts as not yet; the last one is raised when time is up.
    """
    deadline = asyncio.get_running_loop().time() + timeout_s
    while True:
        try:
            found = await look()
        except AssertionError:
            if asyncio.get_running_loop().time() > deadline:
                raise
        else:
            if found:
                return found
            if asyncio.get_running_loop().time() > deadline:
                raise AssertionError(
                    f"not within {timeout_s} s: {look}; the last answer was {found!r}"
                )
        await asyncio.sleep(every_s)
