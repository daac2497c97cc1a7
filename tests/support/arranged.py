"""What many tests begin with: arranged through the services once in a process, and for each further
test copied, row by row, into the databases of its own services.
"""

import asyncio
import io
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

import asyncpg
from sqlalchemy.ext.asyncio import AsyncEngine

from shared.db.transaction import Database
from tests.support.portal import PortalUnderTest

_BY_TRIGGERS = "outbox_unmarked"
"""The table whose rows triggers write for those of others (shared/db/tables.py)."""
_SEQUENCES = """
    select format('%I.%I', schemaname, sequencename) as name, last_value as value
      from pg_sequences where schemaname = 'public' and last_value is not null"""


@dataclass(frozen=True)
class _Rows:
    """All that a database holds: tables, none of which refers to a later one, in PostgreSQL's
    binary form, and how far its sequences are.
    """

    tables: Sequence[tuple[str, bytes]]
    sequences: Sequence[tuple[str, int]]

    @classmethod
    async def of(cls, database: Database) -> "_Rows":
        tables = []
        async with _connection(database) as connection:
            for table in database.metadata.sorted_tables:
                held = io.BytesIO()
                await connection.copy_from_table(table.name, output=held, format="binary")
                if table.name != _BY_TRIGGERS:
                    tables.append((table.name, held.getvalue()))
            found = await connection.fetch(_SEQUENCES)
        empty = min(len(rows) for _, rows in tables)
        return cls(
            [(name, rows) for name, rows in tables if len(rows) > empty],
            [(row["name"], row["value"]) for row in found],
        )

    async def copy(self, database: Database) -> None:
        """Put them into an empty database with the same tables."""
        async with _connection(database) as connection, connection.transaction():
            for name, rows in self.tables:
                await connection.copy_to_table(name, source=io.BytesIO(rows), format="binary")
            for name, value in self.sequences:
                await connection.execute("select setval(cast($1 as regclass), $2)", name, value)


@dataclass(frozen=True)
class _Arranged:
    rows: Mapping[str, _Rows]
    """By service."""
    passed: Mapping[str, int]


_known: dict[str, _Arranged] = {}


async def arranged(
    portal: PortalUnderTest,
    what: str,
    services: Sequence[str],
    arrange: Callable[[], Awaitable[None]],
) -> None:
    """Have the portal's services, none of which is there yet, hold what `arrange` makes of them;
    `what` is its name.
    """
    assert not portal.services
    await portal.settle(*services)
    databases = {name: each.database for name, each in portal.services.items()}
    if what in _known:
        known = _known[what]
        await asyncio.gather(*(rows.copy(databases[name]) for name, rows in known.rows.items()))
        portal.passed.update(known.passed)
        return
    await arrange()
    rows = {name: await _Rows.of(database) for name, database in databases.items()}
    _known[what] = _Arranged(rows, dict(portal.passed))


@asynccontextmanager
async def _connection(database: Database) -> AsyncIterator["asyncpg.Connection[Any]"]:
    async with AsyncEngine(database.engine).connect() as pooled:
        raw = await pooled.get_raw_connection()
        connection: Any = raw.driver_connection
        yield connection
