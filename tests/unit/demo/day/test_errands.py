import asyncio

from demo.day.errands import Errands


async def test_errands_are_done_when_none_is_under_way_any_more() -> None:
    go = asyncio.Event()

    async with Errands() as errands:
        assert await errands.until_done()
        errands.create_task(go.wait())
        waiting = asyncio.create_task(errands.until_done())
        await asyncio.sleep(0)
        assert not waiting.done()
        go.set()

        assert not await waiting
        assert await errands.until_done()


async def test_an_errand_may_begin_another_one() -> None:
    done: list[str] = []

    async def second() -> None:
        done.append("second")

    async with Errands() as errands:

        async def first() -> None:
            done.append("first")
            errands.create_task(second())

        errands.create_task(first())
        while not await errands.until_done():
            pass

    assert done == ["first", "second"]
