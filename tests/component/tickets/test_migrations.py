"""The migrations of tickets, on data that is there already."""

import importlib
from pathlib import Path
from types import ModuleType

import asyncpg
from alembic.migration import MigrationContext
from alembic.operations import Operations
from sqlalchemy import Connection
from sqlalchemy.ext.asyncio import create_async_engine

from shared.db.engine import asyncpg_url
from tests.component.tickets.arranging import Tickets

_SHOWN = """
    select version, state, reference, place ->> 'unit' as unit, steps -> 0 ->> 'state' as began,
      (select count(*) from pg_indexes where tablename = 'tickets') as indexes
    from tickets"""


async def test_a_ticket_is_the_same_after_its_columns_were_moved(tickets: Tickets) -> None:
    opened = await tickets.open(unit="3-1202")
    cancelled = await tickets.post(f"tickets/{opened['id']}/cancel")
    url = tickets.component.service.settings.database_url
    connection = await asyncpg.connect(url)
    [before] = await connection.fetch(_SHOWN)

    await migrate(url, "json_as_written")
    for name in (
        "emergencies",
        "over_by_category",
        "living_apart",
    ):  # indexes went with columns that were moved
        await migrate(url, name)

    [after] = await connection.fetch(_SHOWN)
    await connection.close()
    assert dict(after) == dict(before)
    assert (after["version"], after["state"]) == (cancelled["version"], "cancelled")


async def test_a_ticket_of_before_is_a_fault_that_technicians_see_to(tickets: Tickets) -> None:
    opened = await tickets.open()
    url = tickets.component.service.settings.database_url
    connection = await asyncpg.connect(url)
    await connection.execute("alter table tickets drop nature, drop road, drop missing")

    for _ in range(2):
        await migrate(url, "natures_and_roads")

    index = await connection.fetchval("select to_regclass('tickets_by_nature')::text")
    await connection.close()
    read = await tickets.get(opened["id"])
    assert (read["nature"], read["road"], read["missing"]) == ("fault", "dispatch", [])
    assert index == "tickets_by_nature"


async def migrate(url: str, name: str) -> None:
    """Run this one migration, whatever its number, once more."""
    migration = _migration(name)

    def run(connection: Connection) -> None:
        context = MigrationContext.configure(connection, opts={"transaction_per_migration": True})
        with Operations.context(context), context.begin_transaction(_per_migration=True):
            migration.upgrade()

    engine = create_async_engine(asyncpg_url(url))
    async with engine.connect() as connection:
        await connection.run_sync(run)
    await engine.dispose()


def _migration(name: str) -> ModuleType:
    [file] = Path("services/tickets/migrations/versions").glob(f"*_{name}.py")
    return importlib.import_module(f"services.tickets.migrations.versions.{file.stem}")
