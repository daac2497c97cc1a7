"""The numbers of references, taken from the database a block at a time and ahead of need."""

import asyncio
from collections.abc import Sequence

from services.tickets.domain.references import NumberPool
from services.tickets.store.sites import claim_numbers
from shared.db.batching import Batcher
from shared.db.failures import first_line, is_transient
from shared.db.transaction import Database
from shared.telemetry import get_logger

log = get_logger(__name__)


class Numbers:
    """Gives out numbers, each once.

    Blocks are committed on their own, before their numbers are used: gaps are allowed, doubles are
    not.
    """

    def __init__(self, database: Database) -> None:
        self._database = database
        self._pool = NumberPool()
        self._blocks: Batcher[str, None] = Batcher(self._take_blocks)
        self._ahead: set[asyncio.Task[None]] = set()

    async def next(self, code: str) -> int:
        """Return the next number of a site's code; the next block is taken ahead, so that no caller
        waits for it.
        """
        while (number := self._pool.take(code)) is None:
            await self._blocks.ask(code)
        if self._pool.is_half_used(code):
            task = asyncio.create_task(self._take_ahead(code))
            self._ahead.add(task)
            task.add_done_callback(self._ahead.discard)
        return number

    async def take(self, code: str, count: int) -> range:
        """Return so many numbers of a site's code in a row, for the tickets of a list."""
        async with self._database.transaction() as tx:
            return (await claim_numbers(tx, {code: count}))[code]

    async def _take_ahead(self, code: str) -> None:
        try:
            await self._blocks.ask(code)
        except Exception as error:
            if not is_transient(error):
                raise
            log.warning("numbers_not_taken_ahead", code=code, error=first_line(error))

    async def _take_blocks(self, codes: Sequence[str]) -> Sequence[None]:
        """Take one block of each code, for all who ask at the same time: sites that are as busy as
        each other use theirs up together, and one after the other the last would come too late.
        """
        sizes = {
            code: self._pool.next_size(code)
            for code in dict.fromkeys(codes)
            if self._pool.needs(code)
        }
        if sizes:
            async with self._database.transaction() as tx:
                blocks = await claim_numbers(tx, sizes)
            for code, block in blocks.items():
                self._pool.put(code, block)
        return [None] * len(codes)
