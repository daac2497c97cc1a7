"""Turns at a few places, which callers take one after the other."""

import asyncio

import pytest

from shared.fair_turns import FairTurns, TooManyWait


async def _stand(turns: FairTurns, caller: str, order: list[str], end: asyncio.Event) -> None:
    async with turns.turn(caller):
        order.append(caller)
        await end.wait()


async def _let_all_go_on() -> None:
    for _ in range(20):
        await asyncio.sleep(0)


async def test_who_has_many_waiting_is_not_before_who_has_one() -> None:
    turns, order = FairTurns(places=1, limit=10, wait_s=60), list[str]()
    ends = [asyncio.Event() for _ in range(6)]
    callers = ("many", "many", "many", "many", "one", "other")

    async with asyncio.TaskGroup() as group:
        for caller, end in zip(callers, ends, strict=True):
            group.create_task(_stand(turns, caller, order, end))
            await _let_all_go_on()
        waiting = turns.waiting
        for end in ends:
            end.set()

    assert waiting == 5
    assert order == ["many", "many", "one", "other", "many", "many"]


async def test_more_than_may_wait_are_refused_and_those_who_wait_go_on() -> None:
    turns, order, end = FairTurns(places=1, limit=1, wait_s=60), list[str](), asyncio.Event()

    async with asyncio.TaskGroup() as group:
        group.create_task(_stand(turns, "a", order, end))
        group.create_task(_stand(turns, "b", order, end))
        await _let_all_go_on()
        with pytest.raises(TooManyWait):
            await _stand(turns, "c", order, end)
        end.set()

    assert order == ["a", "b"]
    assert turns.waiting == 0


async def test_who_goes_away_leaves_the_turn_to_others() -> None:
    turns, order, end = FairTurns(places=1, limit=9, wait_s=60), list[str](), asyncio.Event()
    first = asyncio.create_task(_stand(turns, "a", order, end))
    await _let_all_go_on()
    gone = asyncio.create_task(_stand(turns, "b", order, end))
    next_one = asyncio.create_task(_stand(turns, "c", order, end))
    await _let_all_go_on()

    gone.cancel()
    end.set()
    await asyncio.gather(first, next_one, gone, return_exceptions=True)
    async with asyncio.timeout(5):
        await _stand(turns, "d", order, end)

    assert order == ["a", "c", "d"]
    assert turns.waiting == 0


async def test_a_turn_that_came_with_the_cancellation_is_given_back() -> None:
    turns, order, end = FairTurns(places=1, limit=9, wait_s=60), list[str](), asyncio.Event()
    first = asyncio.create_task(_stand(turns, "a", order, end))
    await _let_all_go_on()
    second = asyncio.create_task(_stand(turns, "b", order, asyncio.Event()))
    await _let_all_go_on()

    end.set()
    await first
    second.cancel()
    await asyncio.gather(second, return_exceptions=True)

    async with asyncio.timeout(5):
        await _stand(turns, "c", order, end)
    assert order[-1] == "c"


async def test_who_has_waited_for_too_long_stands_there_no_more() -> None:
    turns, order, end = FairTurns(places=1, limit=9, wait_s=0), list[str](), asyncio.Event()
    first = asyncio.create_task(_stand(turns, "a", order, end))
    await _let_all_go_on()

    with pytest.raises(TooManyWait):
        await _stand(turns, "b", order, end)

    assert (order, turns.waiting) == (["a"], 0)
    end.set()
    await first
    await _stand(turns, "c", order, end)
    assert order == ["a", "c"]
