"""Each service's schema, brought up to date with Alembic. Expand first, contract a release later;
locks are waited for briefly.

Each migration is a transaction of its own, so that one may leave it to build indexes
(`online_indexes.py`).
"""

import asyncio
from pathlib import Path

from alembic import command, context
from alembic.config import Config
from sqlalchemy import Connection, MetaData, text
from sqlalchemy.ext.asyncio import AsyncConnection, create_async_engine

from shared.db.engine import asyncpg_url, tls_arguments
from shared.db.revision import newest_revision

_ROOT = Path(__file__).resolve().parents[2]
_TRY_ALONE = text("select pg_try_advisory_lock(hashtextextended('fettle.migrations', 0))")
_TRIES_EVERY_S = 0.1


async def upgrade(url: str, service: str) -> str:
    """Bring the database at `url` to the newest schema of `service`; return the revision.

    Waits for another who does the same.
    """

    def run(connection: Connection) -> str:
        config = _config(service)
        config.attributes["connection"] = connection
        command.upgrade(config, "head")
        return newest_revision(service)

    engine = create_async_engine(asyncpg_url(url), connect_args=tls_arguments(url))
    try:
        async with engine.connect() as connection:
            await _wait_until_alone(connection)
            revision = await connection.run_sync(run)
            await connection.commit()
            return revision
    finally:
        await engine.dispose()


async def _wait_until_alone(connection: AsyncConnection) -> None:
    """Take the lock of migrations, which lasts as long as the connection.

    It is tried again and again, each time in a transaction of its own: an index that is built
    concurrently waits for every transaction that began before, so two could wait for each other if
    one of them waited for the lock inside a statement.
    """
    while not (await connection.execute(_TRY_ALONE)).scalar_one():
        await connection.commit()
        await asyncio.sleep(_TRIES_EVERY_S)
    await connection.commit()


def run_in_alembic(metadata: MetaData) -> None:
    """Run the migrations that a service's `migrations/env.py` was called for."""
    connection: Connection = context.config.attributes["connection"]
    connection.execute(text("set lock_timeout = '5s'"))
    connection.commit()
    context.configure(
        connection=connection,
        target_metadata=metadata,
        transactional_ddl=True,
        transaction_per_migration=True,
    )
    with context.begin_transaction():
        context.run_migrations()


def _config(service: str) -> Config:
    config = Config()
    config.set_main_option(
        "script_location", str(_ROOT / "services" / service / "migrations").replace("%", "%%")
    )
    config.set_main_option("path_separator", "os")
    return config
