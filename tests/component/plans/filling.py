"""A service's database as it is after months: mostly what has ended, a twentieth of it living, at fifty sites."""

from pathlib import Path

import asyncpg

_HERE = Path(__file__).parent


async def fill(connection: asyncpg.Connection, service: str, tickets: int) -> None:
    """Fill the empty database with what follows from so many tickets, and let PostgreSQL look at it."""
    for name in ("common", service):
        await connection.execute((_HERE / f"{name}.sql").read_text().replace(":n", str(tickets)))
    await connection.execute("vacuum analyze")
