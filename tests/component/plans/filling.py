"""A service's database as it is after months: mostly what has ended, a twentieth of it living, at
fifty sites.
"""

from pathlib import Path

import asyncpg

_HERE = Path(__file__).parent
_TABLES = (
    "select relname from pg_class where relkind = 'r' and relnamespace = 'public'::regnamespace"
)
_NOT_VISIBLE = f"{_TABLES} and relallvisible < relpages"
_TRIES = 20


async def fill(connection: asyncpg.Connection, service: str, tickets: int) -> None:
    """Fill the empty database with what follows from so many tickets, and let PostgreSQL look at
    it.

    Raises AssertionError when some rows stay invisible to index-only scans, whose cost in blocks
    depends on that.
    """
    for row in await connection.fetch(_TABLES):
        # An automatic ANALYZE that began before would keep VACUUM from seeing that every row is
        # visible to everybody.
        await connection.execute(f'alter table "{row["relname"]}" set (autovacuum_enabled = false)')
    for name in ("common", service):
        await connection.execute((_HERE / f"{name}.sql").read_text().replace(":n", str(tickets)))
    await connection.execute("vacuum analyze")
    for _ in range(_TRIES):
        if not await connection.fetch(_NOT_VISIBLE):
            return
        await connection.execute("vacuum")
    raise AssertionError(
        f"not all rows are visible to everybody: {await connection.fetch(_NOT_VISIBLE)}"
    )
