"""Group commit: writes of concurrent transactions that hold no lock go to the database as one
statement.

A statement is a transaction by itself, so its `insert`s are committed together or not at all, and
the write-ahead log is synced once for all of them. What one of them breaks (a key that is taken, a
row that has changed) rolls the whole statement back; then each is sent alone.
"""

from collections.abc import Sequence

from sqlalchemy import Engine

from shared.db.batching import Batcher
from shared.db.session import session
from shared.db.writes import Shape, Writes, merged


class GroupCommit:
    """Send writes, those of one shape together: a batch is always the same statement, and what only
    inserts never waits for a lock.
    """

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._groups: dict[Shape, Batcher[Writes, None]] = {}

    async def write(self, writes: Writes) -> None:
        """Commit the writes.

        Raises IntegrityError for a violated constraint, Outdated for a requirement that does not
        hold.
        """
        shape = writes.shape()
        group = self._groups.get(shape)
        if group is None:
            group = self._groups[shape] = Batcher(self._send, keys=Writes.keys)
        await group.ask(writes)

    async def _send(self, batch: Sequence[Writes]) -> Sequence[None]:
        statement, parameters = merged(batch)
        async with session(self._engine) as direct:
            await direct.send(statement, parameters)
        return [None] * len(batch)
