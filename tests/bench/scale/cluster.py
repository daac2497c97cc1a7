"""The PostgreSQL of an instance while it is filled: hurried, with the room that a filling takes."""

import shutil
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from urllib.parse import quote, urlsplit

import asyncpg

from fettle.engines.server_user import ServerUser
from tests.bench.instances import Instance

_HURRIED = {
    "fsync": "off",
    "full_page_writes": "off",
    "autovacuum": "off",
    "checkpoint_timeout": "1h",
    "max_wal_size": "4GB",
}
"""What may be set while the server runs.

A filling that the machine does not survive is begun anew, so it need not wait for the disk.
"""
_LOG_BYTES = 6 * 2**30
"""The log, somewhat beyond its `max_wal_size`, and what sorting for indexes puts aside."""
_BYTES_A_TICKET = 40_000
"""In all four databases with their indexes, rounded up from what fillings came to."""


class NoRoom(Exception):
    """How much a filling takes and how much there is."""


def demand_room(rows: int, folder: Path) -> None:
    """Raise NoRoom unless the disk of `folder` has what so many tickets take."""
    needed, free = rows * _BYTES_A_TICKET + _LOG_BYTES, shutil.disk_usage(folder).free
    if free < needed:
        fits = max(free - _LOG_BYTES, 0) // _BYTES_A_TICKET // 1000 * 1000
        raise NoRoom(
            f"{rows:,} tickets take about {needed / 2**30:.0f} GB in {folder}, "
            f"where {free / 2**30:.0f} GB are free: "
            f"make room, set TMPDIR to a folder of another disk, or say ROWS={fits}"
        )


@asynccontextmanager
async def hurried(instance: Instance) -> AsyncIterator[None]:
    """Let the server write without waiting for the disk; set back after the block, when all is on
    the disk.
    """
    connection = await asyncpg.connect(_superuser_url(instance))
    try:
        for name, value in _HURRIED.items():
            await connection.execute(f"alter system set {name} = '{value}'")
        await connection.execute("select pg_reload_conf()")
        yield
        for name in _HURRIED:
            await connection.execute(f"alter system reset {name}")
        await connection.execute("select pg_reload_conf()")
        await connection.execute("checkpoint")
    finally:
        await connection.close()


def _superuser_url(instance: Instance) -> str:
    data = instance.home / "postgres"
    password = (ServerUser.for_data(data).folder_of(data) / "superuser-password").read_text()
    port = urlsplit(instance.state["database_urls"]["tickets"]).port
    return f"postgresql://postgres:{quote(password, safe='')}@127.0.0.1:{port}/postgres"
