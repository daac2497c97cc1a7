"""Serve concurrent callers together: those who ask while a batch is under way are
in the next one.
"""

import asyncio
from collections.abc import Awaitable, Callable, Hashable, Iterable, Sequence
from typing import Generic, TypeVar

from shared.db.failures import Outdated, is_transient

Item = TypeVar("Item")
Result = TypeVar("Result")

MAX_BATCH = 64


def _no_keys(_: object) -> Iterable[Hashable]:
    return ()


class Batcher(Generic[Item, Result]):
    """Run what callers ask for in batches, one batch at a time, in the order of asking.

    `run` gets the items of a batch and returns a result for each. When it fails, the items are run
    one by one, so that one bad item fails alone; but a failure that may have come after the commit
    (a lost connection, a timeout) goes to all callers, because what was done is unknown. Items
    whose `keys` overlap never share a batch.
    """

    def __init__(
        self,
        run: Callable[[Sequence[Item]], Awaitable[Sequence[Result]]],
        *,
        keys: Callable[[Item], Iterable[Hashable]] = _no_keys,
    ) -> None:
        self._run = run
        self._keys = keys
        self._waiting: list[tuple[Item, asyncio.Future[Result]]] = []
        self._worker: asyncio.Task[None] | None = None

    async def ask(self, item: Item) -> Result:
        """Return the item's result. Raises what running it, alone if need be, failed with."""
        future: asyncio.Future[Result] = asyncio.get_running_loop().create_future()
        self._waiting.append((item, future))
        if self._worker is None:
            self._worker = asyncio.create_task(self._work())
        return await future

    async def _work(self) -> None:
        try:
            while batch := self._next_batch():
                await self._serve(batch)
        finally:
            self._worker = None
            for _, future in self._waiting:
                future.cancel()  # the loop is being torn down
            self._waiting.clear()

    def _next_batch(self) -> list[tuple[Item, "asyncio.Future[Result]"]]:
        batch: list[tuple[Item, asyncio.Future[Result]]] = []
        later: list[tuple[Item, asyncio.Future[Result]]] = []
        taken: set[Hashable] = set()
        for item, future in self._waiting:
            if future.cancelled():
                continue  # its caller has gone away
            keys = set(self._keys(item))
            if len(batch) < MAX_BATCH and taken.isdisjoint(keys):
                taken |= keys
                batch.append((item, future))
            else:
                later.append((item, future))
        self._waiting = later
        return batch

    async def _serve(self, batch: Sequence[tuple[Item, "asyncio.Future[Result]"]]) -> None:
        try:
            results = await self._run([item for item, _ in batch])
        except Exception as error:  # noqa: BLE001 - it goes to the callers
            if len(batch) > 1 and (isinstance(error, Outdated) or not is_transient(error)):
                for alone in batch:
                    await self._serve([alone])
                return
            for _, future in batch:
                _settle(future, error)
        except BaseException:
            for _, future in batch:
                future.cancel()
            raise
        else:
            for (_, future), result in zip(batch, results, strict=True):
                if not future.done():
                    future.set_result(result)


def _settle(future: "asyncio.Future[Result]", error: Exception) -> None:
    if not future.done():
        future.set_exception(error)
