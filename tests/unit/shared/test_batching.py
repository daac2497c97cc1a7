"""Who asks while a batch is under way is in the next one; what fails, fails alone."""

import asyncio
from collections.abc import Sequence

import pytest

from shared.db.batching import MAX_BATCH, Batcher


class Doubling:
    """Doubles numbers, batch by batch, when it is let; negative ones break what they are in, and 0
    loses the connection.
    """

    def __init__(self) -> None:
        self.batches: list[list[int]] = []
        self.begun, self.go = asyncio.Event(), asyncio.Event()

    async def run(self, numbers: Sequence[int]) -> list[int]:
        self.batches.append(list(numbers))
        self.begun.set()
        await self.go.wait()
        if 0 in numbers:
            raise ConnectionResetError("gone")
        if any(number < 0 for number in numbers):
            raise ValueError("negative")
        return [2 * number for number in numbers]


async def _ask_all(
    batcher: Batcher[int, int], numbers: Sequence[int], doubling: Doubling
) -> list[int | BaseException]:
    asking = [asyncio.create_task(batcher.ask(number)) for number in numbers]
    await doubling.begun.wait()
    doubling.go.set()
    return await asyncio.gather(*asking, return_exceptions=True)


async def test_who_asks_at_the_same_moment_is_served_together_and_each_gets_its_own() -> None:
    doubling = Doubling()

    answers = await _ask_all(Batcher(doubling.run), [1, 2, 3, 4], doubling)

    assert answers == [2, 4, 6, 8]
    assert doubling.batches == [[1, 2, 3, 4]]


async def test_who_asks_meanwhile_is_in_the_next_batch() -> None:
    doubling = Doubling()
    batcher = Batcher(doubling.run)
    first = asyncio.create_task(batcher.ask(1))
    await doubling.begun.wait()

    later = await _ask_all(batcher, [2, 3], doubling)

    assert (await first, later) == (2, [4, 6])
    assert doubling.batches == [[1], [2, 3]]


async def test_a_batch_has_an_end() -> None:
    doubling = Doubling()

    await _ask_all(Batcher(doubling.run), range(1, MAX_BATCH + 3), doubling)

    assert [len(batch) for batch in doubling.batches] == [MAX_BATCH, 2]


async def test_what_breaks_a_batch_fails_alone() -> None:
    doubling = Doubling()

    answers = await _ask_all(Batcher(doubling.run), [1, -1, 3], doubling)

    assert [answers[0], answers[2]] == [2, 6]
    assert isinstance(answers[1], ValueError)
    assert doubling.batches == [[1, -1, 3], [1], [-1], [3]]


async def test_what_may_have_been_done_is_not_done_again() -> None:
    doubling = Doubling()

    answers = await _ask_all(Batcher(doubling.run), [1, 0, 3], doubling)

    assert all(isinstance(answer, ConnectionResetError) for answer in answers)
    assert doubling.batches == [[1, 0, 3]]


async def test_items_that_overlap_never_share_a_batch_and_keep_their_order() -> None:
    doubling = Doubling()

    answers = await _ask_all(
        Batcher(doubling.run, keys=lambda number: [number % 10]), [11, 12, 21, 31], doubling
    )

    assert answers == [22, 24, 42, 62]
    assert doubling.batches == [[11, 12], [21], [31]]


async def test_who_has_gone_away_is_not_served() -> None:
    doubling = Doubling()
    batcher = Batcher(doubling.run)
    first = asyncio.create_task(batcher.ask(1))
    await doubling.begun.wait()
    gone, stays = asyncio.create_task(batcher.ask(2)), asyncio.create_task(batcher.ask(3))
    await asyncio.sleep(0)  # both are waiting now

    gone.cancel()
    with pytest.raises(asyncio.CancelledError):
        await gone
    doubling.go.set()

    assert (await first, await stays) == (2, 6)
    assert doubling.batches == [[1], [3]]
