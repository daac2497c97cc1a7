"""Tables in code and tables in the database are the same; durables keep their names."""

import importlib
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection
from sqlalchemy.ext.asyncio import create_async_engine

from fettle.home import FOLLOWS, PROCESSES, SERVICES
from shared.db.engine import asyncpg_url
from shared.db.revision import newest_revision
from tests.support.component import MakeComponent
from tests.support.engines import Databases


@pytest.mark.parametrize("service", PROCESSES)
async def test_migrations_make_the_tables_that_the_code_knows(
    service: str, databases: Databases
) -> None:
    tables = importlib.import_module(f"services.{service}.store.tables")
    metadata = tables.METADATA if service == "portal" else tables.Table.metadata
    engine = create_async_engine(asyncpg_url(await databases.fresh(service)))

    def differences(connection: Connection) -> list[object]:
        return list(compare_metadata(MigrationContext.configure(connection), metadata))

    async with engine.connect() as connection:
        found = await connection.run_sync(differences)
    await engine.dispose()

    assert found == []


@pytest.mark.parametrize("service", PROCESSES)
def test_the_newest_migration_is_the_one_that_its_file_is_named_for(service: str) -> None:
    config = Config()
    config.set_main_option("script_location", f"services/{service}/migrations")
    config.set_main_option("path_separator", "os")

    assert newest_revision(service) == ScriptDirectory.from_config(config).get_current_head()


async def test_durables_keep_their_names(component: MakeComponent) -> None:
    # Renaming one replays the whole stream: change the golden file only if that is what is wanted.
    golden = (Path(__file__).parent / "durables.txt").read_text().split()

    durables = sorted(
        [
            durable
            for service in SERVICES
            for durable in (await component(service)).service.consumers
        ]
    )

    assert durables == golden
    assert durables == sorted(f"{name}-{owner}" for name in SERVICES for owner in FOLLOWS[name])
