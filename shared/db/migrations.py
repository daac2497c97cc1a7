"""Each service's schema, brought up to date with Alembic. Expand first, contract a release later; locks are waited for briefly."""

from pathlib import Path

from alembic import command, context
from alembic.config import Config
from sqlalchemy import Connection, MetaData, text
from sqlalchemy.ext.asyncio import create_async_engine

from shared.db.engine import asyncpg_url
from shared.db.revision import newest_revision

_ROOT = Path(__file__).resolve().parents[2]
_ONE_AT_A_TIME = text("select pg_advisory_lock(hashtextextended('fettle.migrations', 0))")


async def upgrade(url: str, service: str) -> str:
    """Brings the database at `url` to the newest schema of `service`; returns the revision. Waits for another who does the same."""

    def run(connection: Connection) -> str:
        connection.execute(_ONE_AT_A_TIME)
        config = _config(service)
        config.attributes["connection"] = connection
        command.upgrade(config, "head")
        return newest_revision(service)

    engine = create_async_engine(asyncpg_url(url))
    try:
        async with engine.connect() as connection:
            revision = await connection.run_sync(run)
            await connection.commit()
            return revision
    finally:
        await engine.dispose()


def run_in_alembic(metadata: MetaData) -> None:
    """What a service's `migrations/env.py` calls."""
    connection: Connection = context.config.attributes["connection"]
    context.configure(connection=connection, target_metadata=metadata, transactional_ddl=True)
    with context.begin_transaction():
        connection.execute(text("set local lock_timeout = '5s'"))
        context.run_migrations()


def _config(service: str) -> Config:
    config = Config()
    config.set_main_option("script_location", str(_ROOT / "services" / service / "migrations").replace("%", "%%"))
    config.set_main_option("path_separator", "os")
    return config
