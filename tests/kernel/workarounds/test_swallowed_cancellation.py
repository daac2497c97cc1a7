"""asyncio.wait_for of Python 3.11 forgets a cancellation."""

import asyncio
import sys
import tomllib
from pathlib import Path

import pytest

from shared.workarounds.swallowed_cancellation import raise_if_cancelled

PROJECT = Path(__file__).parents[3] / "pyproject.toml"


async def _cancelled_as_the_answer_comes(check: bool) -> str:
    """What becomes of a task that is cancelled when what it waits for is done."""
    answer: asyncio.Future[None] = asyncio.get_running_loop().create_future()

    async def wait() -> str:
        await asyncio.wait_for(answer, 10)
        if check:
            raise_if_cancelled()
        return "went on"

    task = asyncio.create_task(wait())
    await asyncio.sleep(0)
    answer.set_result(None)
    task.cancel()
    await asyncio.wait([task])
    return "cancelled" if task.cancelled() else task.result()


async def test_wait_for_still_forgets_a_cancellation_in_the_oldest_python() -> None:
    oldest = tomllib.loads(PROJECT.read_text())["project"]["requires-python"]

    plain = await _cancelled_as_the_answer_comes(check=False)

    assert plain == ("went on" if sys.version_info < (3, 12) else "cancelled")
    assert oldest == ">=3.11", "mended: drop swallowed_cancellation.py"


async def test_a_task_that_looks_is_cancelled() -> None:
    assert await _cancelled_as_the_answer_comes(check=True) == "cancelled"


async def test_a_task_that_was_not_cancelled_goes_on() -> None:
    try:
        raise_if_cancelled()
    except asyncio.CancelledError:
        pytest.fail("nothing was cancelled")
