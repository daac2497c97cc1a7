"""The migrations of notify, on data of the release before."""

import importlib

import asyncpg
import pytest
from alembic.migration import MigrationContext
from alembic.operations import Operations
from sqlalchemy import Connection
from sqlalchemy.ext.asyncio import create_async_engine

from shared.db.engine import asyncpg_url
from tests.kernel.test_online_indexes import migrate
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


_OF_THE_RELEASE_BEFORE = """
    insert into recipients (id, version, language) values ('li', 1, 'en');
    insert into endpoints (id, owner, url, secrets, version, created_at, failures)
      values (md5('li')::uuid, 'li', 'https://example.com', '[]', 1, now(), 0);
    insert into messages
      (id, recipient_id, kind, cause, at, created_at, language, title, text, data)
      values (md5('m')::uuid, 'li', 'ticket.received', 'c', now(), now(), 'en', 't', 't', '{}');
    insert into deliveries (id, message_id, endpoint_id, kind, state, attempts, next_attempt_at)
      values (md5('d')::uuid, md5('m')::uuid, md5('li')::uuid, 'ticket.received', 'pending', 0,
        now())"""


@pytest.mark.parametrize("name", ["0013_contacts", "0014_mail"])
async def test_what_an_instance_of_the_release_before_writes_is_a_webhook_and_a_repeat_is_harmless(
    databases: Databases, name: str
) -> None:
    url = await databases.fresh("notify")
    connection = await asyncpg.connect(url)
    try:
        await connection.execute(_OF_THE_RELEASE_BEFORE)

        await migrate(
            url, importlib.import_module(f"services.notify.migrations.versions.{name}").upgrade
        )

        channels = await connection.fetch(
            "select channel from endpoints union all select channel from deliveries"
        )
        contacts = await connection.fetchrow("select name, phone, email from recipients")
    finally:
        await connection.close()
    await databases.give_back("notify", url)
    assert [row["channel"] for row in channels] == ["webhook", "webhook"]
    assert contacts is not None
    assert tuple(contacts) == (None, None, None)


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
