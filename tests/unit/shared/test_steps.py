"""A step that times out is tried again with fewer rows, and slowly grows again."""

import pytest

from shared.messaging.steps import Steps


async def test_a_step_that_times_out_narrows_until_it_ends_in_time() -> None:
    steps, tried = Steps("walk", largest=2000, smallest=16), []

    async def takes_long_beyond_40(limit: int) -> int:
        tried.append(limit)
        if limit > 40:
            raise TimeoutError
        return limit

    assert await steps.take(takes_long_beyond_40) == 31
    assert await steps.take(takes_long_beyond_40) == 31
    assert tried == [2000, 500, 125, 31, 31]


async def test_a_step_grows_again_after_many_that_ended_in_time() -> None:
    steps = Steps("walk", largest=2000, smallest=16)
    steps.size = 500

    sizes = [await steps.take(_size) for _ in range(50)]

    assert sizes[0] == sizes[15] == 500
    assert sizes[16] == 1000
    assert sizes[-1] == 2000


@pytest.mark.parametrize("error", [TimeoutError(), ValueError()])
async def test_what_fails_at_its_smallest_or_for_another_reason_is_raised(error: Exception) -> None:
    steps = Steps("walk", largest=16, smallest=16)

    async def fails(limit: int) -> int:
        raise error

    with pytest.raises(type(error)):
        await steps.take(fails)
    assert steps.size == 16


async def _size(limit: int) -> int:
    return limit
