"""What is not urgent lingers for company; what is urgent takes along whatever lingers."""

import asyncio
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass

from shared.messaging.fact_batcher import FactBatcher

_FOR_EVER_S = 3600.0


@dataclass(frozen=True, eq=False)
class Pulled:
    durable: str
    pulled_at: float
    urgent: bool = False


class Handled:
    """The batches that were handled, each as the names of its durables."""

    def __init__(self) -> None:
        self.batches: list[list[str]] = []
        self.batcher: FactBatcher[Pulled] = FactBatcher(self._handle, linger_s=_FOR_EVER_S)

    def pulls(
        self, durable: str, *, urgent: bool = False, ago_s: float = 0
    ) -> "asyncio.Task[None]":
        pulled = Pulled(durable, asyncio.get_running_loop().time() - ago_s, urgent)
        return asyncio.create_task(self.batcher.handle(pulled))

    async def _handle(self, batch: Sequence[Pulled]) -> None:
        self.batches.append([each.durable for each in batch])


async def let_others_run() -> None:
    for _ in range(20):
        await asyncio.sleep(0)


async def test_what_is_not_urgent_waits_for_company() -> None:
    handled = Handled()
    tickets, clocks = handled.pulls("tickets"), handled.pulls("clocks")
    await let_others_run()
    before = list(handled.batches)

    orders = handled.pulls("orders", urgent=True)
    await asyncio.gather(tickets, clocks, orders)

    assert (before, handled.batches) == ([], [["tickets", "clocks", "orders"]])


async def test_what_is_urgent_waits_for_nothing() -> None:
    handled = Handled()

    await handled.pulls("orders", urgent=True)

    assert handled.batches == [["orders"]]


async def test_what_was_pulled_long_ago_has_waited_enough() -> None:
    handled = Handled()

    await asyncio.gather(handled.pulls("tickets", ago_s=_FOR_EVER_S), handled.pulls("clocks"))

    assert handled.batches == [["tickets", "clocks"]]


async def test_one_that_was_urgent_makes_none_after_it_urgent() -> None:
    handled = Handled()
    await handled.pulls("orders", urgent=True)

    tickets = handled.pulls("tickets")
    await let_others_run()

    assert handled.batches == [["orders"]]
    tickets.cancel()
    with suppress(asyncio.CancelledError):
        await tickets


async def test_one_that_is_cancelled_while_it_lingers_holds_no_other() -> None:
    handled = Handled()
    tickets = handled.pulls("tickets")
    await let_others_run()

    tickets.cancel()
    with suppress(asyncio.CancelledError):
        await tickets
    await handled.pulls("orders", urgent=True)

    assert handled.batches == [["orders"]]
