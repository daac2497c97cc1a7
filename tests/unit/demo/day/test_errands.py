import asyncio

from demo.day.errands import Errands


async def test_what_is_over_was_looked_at_with_no_errand_under_way() -> None:
    go = asyncio.Event()
    looks: list[bool] = []

    async with Errands() as errands:

        async def look() -> None:
            looks.append(bool(errands.under_way))

        errands.create_task(go.wait())
        waiting = asyncio.create_task(errands.until_over(look))
        await asyncio.sleep(0)
        assert looks == []
        go.set()
        await waiting

    assert looks == [False]


async def test_what_an_errand_changes_in_the_middle_of_a_look_is_looked_at_again() -> None:
    open_tickets = {"one"}
    seen: list[set[str]] = []

    async def reopen() -> None:
        open_tickets.add("two")

    async with Errands() as errands:

        async def until_none_is_open() -> None:
            open_tickets.clear()
            seen.append(open_tickets.copy())
            if len(seen) == 1:
                await errands.create_task(reopen())  # over before the look is

        await errands.until_over(until_none_is_open)

    assert len(seen) == 2
    assert open_tickets == set()


async def test_an_errand_may_begin_another_one() -> None:
    done: list[str] = []

    async def second() -> None:
        done.append("second")

    async def look() -> None:
        done.append("looked")

    async with Errands() as errands:

        async def first() -> None:
            done.append("first")
            errands.create_task(second())

        errands.create_task(first())
        await errands.until_over(look)

    assert done == ["first", "second", "looked"]
