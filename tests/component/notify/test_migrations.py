"""The migrations of notify, on data of the release before."""

import importlib

import asyncpg
from alembic.migration import MigrationContext
from alembic.operations import Operations
from sqlalchemy import Connection
from sqlalchemy.ext.asyncio import create_async_engine

from shared.db.engine import asyncpg_url
from tests.support.engines import Databases

_BEFORE = """
    insert into idempotency_keys (key, body_hash, status, headers, body, created_at) values
      ('made', 'h', 201, '{}', '{"id":"1","owner":"wang","secret":"whsec_bWFkZQ==","version":1}',
        '2026-11-29T08:00:00.5+08:00'),
      ('other', 'h', 200, '{}', '{"text":"the secret is out"}', '2026-11-29T08:00:00Z');
    insert into endpoints (id, owner, url, secrets, version, created_at, failures, removed_at)
    select md5(owner)::uuid, owner, 'https://example.com',
      '[{"value": "whsec_b2xk", "until": null}]', 1, now(), 0, gone
    from (values ('li', null), ('wang', now())) as one (owner, gone)"""


async def test_secrets_that_are_of_no_use_in_plain_go(databases: Databases) -> None:
    url = await databases.fresh("notify")
    connection = await asyncpg.connect(url)
    try:
        await connection.execute(_BEFORE)

        await _migrate(url, "0011_secrets_once")

        kept = await connection.fetch("select body from idempotency_keys order by key")
        endpoints = await connection.fetch("select owner, secrets from endpoints order by owner")
    finally:
        await connection.close()
    await databases.give_back("notify", url)
    assert [row["body"] for row in kept] == [
        '{"id":"1","owner":"wang","secret_shown_at":"2026-11-29T00:00:00.500000Z","version":1}',
        '{"text":"the secret is out"}',
    ]
    assert [(row["owner"], "whsec_b2xk" in row["secrets"]) for row in endpoints] == [
        ("li", True),
        ("wang", False),
    ]


async def _migrate(url: str, name: str) -> None:
    """Run this one migration, whatever came after it."""
    migration = importlib.import_module(f"services.notify.migrations.versions.{name}")

    def run(connection: Connection) -> None:
        with Operations.context(MigrationContext.configure(connection)):
            migration.upgrade()

    engine = create_async_engine(asyncpg_url(url))
    async with engine.begin() as connection:
        await connection.run_sync(run)
    await engine.dispose()
