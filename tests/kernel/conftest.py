from collections.abc import AsyncIterator, Awaitable, Callable

import pytest

from tests.kernel.toy import Instance, instances


@pytest.fixture
async def start() -> AsyncIterator[Callable[[Instance], Awaitable[Instance]]]:
    """Starts an instance, and stops it when the test is over."""
    async with instances() as start_one:
        yield start_one
