"""Connections that outlive the service of one test: to make one costs more than most of what a test
asks on it, and one that is known has its statements prepared.
"""

from collections import defaultdict
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from typing import Any
from unittest.mock import patch

import asyncpg
from sqlalchemy import Engine
from sqlalchemy.util.concurrency import greenlet_spawn

from shared.db.engine import CountedPool, close_engine, create_engine

MOST = 8
"""Connections that one engine keeps; where a race wanted more, all are closed."""


class KeptEngines:
    """Engines by the URL of their database: lent to the services of a test, at rest between two."""

    def __init__(self) -> None:
        self._lent: dict[str, list[tuple[Engine, CountedPool]]] = defaultdict(list)
        self._resting: dict[str, list[Engine]] = defaultdict(list)

    @contextmanager
    def lending(self) -> Iterator[None]:
        """Have each `Database` that is made inside the block use an engine from here; it is not to
        be closed, but its URL given to `rest` or `close`.
        """
        with patch("shared.db.transaction.create_engine", self._lend):
            yield

    async def rest(self, url: str) -> None:
        """Keep what was lent for the database; an engine that is at work or was closed is not."""
        for engine, pool in self._lent.pop(url, ()):
            is_at_work = pool.checkedout() or pool.timeouts or pool.checkedin() > MOST
            if engine.pool is pool and not is_at_work:
                self._resting[url].append(engine)
            else:
                await close_engine(engine)

    async def close(self, url: str) -> None:
        """Close whatever is kept for the database."""
        lent = [engine for engine, _ in self._lent.pop(url, ())]
        for engine in (*lent, *self._resting.pop(url, ())):
            await close_engine(engine)

    async def close_all(self) -> None:
        for url in {*self._lent, *self._resting}:
            await self.close(url)

    @asynccontextmanager
    async def connection(self, url: str) -> AsyncIterator[tuple["asyncpg.Connection[Any]", int]]:
        """Yield a connection to the database, one at rest where there is one, and how many others
        rest there.
        """
        if not self._resting[url]:
            made = await asyncpg.connect(url)
            try:
                yield made, 0
            finally:
                await made.close()
            return
        pooled = await greenlet_spawn(self._resting[url][0].raw_connection)
        try:
            connection: Any = pooled.driver_connection
            yield connection, sum(_pool(each).checkedin() for each in self._resting[url])
        finally:
            pooled.close()

    def _lend(self, url: str, *, name: str, pool_size: int) -> Engine:
        resting = self._resting[url]
        fitting = [each for each in resting if _pool(each).size() == pool_size]
        if fitting:
            resting.remove(fitting[0])
        engine = fitting[0] if fitting else create_engine(url, name=name, pool_size=pool_size)
        self._lent[url].append((engine, _pool(engine)))
        return engine


def _pool(engine: Engine) -> CountedPool:
    pool = engine.pool
    assert isinstance(pool, CountedPool)
    return pool
