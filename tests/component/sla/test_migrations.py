"""The migrations of sla, on data of the release before."""

import importlib

import asyncpg
from alembic.migration import MigrationContext
from alembic.operations import Operations
from sqlalchemy import Connection
from sqlalchemy.ext.asyncio import create_async_engine

from shared.db.engine import asyncpg_url
from tests.kernel.test_online_indexes import migrate
from tests.support.engines import Databases

_BEFORE = """
    alter table figures alter column seconds drop default;
    insert into figures select site, 'normal', 'arrival', counted, 3, 40
    from unnest(array['demo', 'other']) site, unnest(array['running', 'breaches', 'warnings',
      'le:300', 'le:inf']) counted"""
_AS_THE_RELEASE_BEFORE = """
    insert into figures as f (site_id, priority, kind, counted, n, seconds)
      values ('demo', 'normal', 'arrival', $1, 1, 9)
    on conflict (site_id, priority, kind, counted) do update
      set n = f.n + excluded.n, seconds = f.seconds + excluded.seconds"""
_AS_THIS_RELEASE = (
    "insert into figures (site_id, priority, kind, counted, n) "
    "values ('demo', 'normal', 'arrival', 'kept', 1)"
)


async def test_states_and_breaches_stay_and_buckets_by_site_go_while_the_release_before_writes_both(
    databases: Databases,
) -> None:
    url = await databases.fresh("sla")
    connection = await asyncpg.connect(url)
    try:
        await connection.execute(_BEFORE)

        await _migrate(url, "0005_figures_of_all_sites")
        await connection.execute(_AS_THIS_RELEASE)
        for counted in ("le:300", "breaches"):
            await connection.execute(_AS_THE_RELEASE_BEFORE, counted)

        kept = await connection.fetch("select site_id, counted, n from figures order by 1, 2")
    finally:
        await connection.close()
    await databases.give_back("sla", url)
    assert [tuple(row) for row in kept] == [
        ("demo", "breaches", 4),
        ("demo", "kept", 1),
        ("demo", "le:300", 1),
        ("demo", "running", 3),
        ("demo", "warnings", 3),
        ("other", "breaches", 3),
        ("other", "running", 3),
        ("other", "warnings", 3),
    ]


_MONTHLY_SUMS = """
    insert into monthly_sums values
      ('demo', '2024-11-01', 'plumbing', 'normal', 'arrival', 90, 10, 3, 6000),
      ('demo', '2024-11-01', 'plumbing', 'low', 'arrival', 0, 2, 0, 600.5)"""


async def test_what_is_left_of_deleted_tickets_is_in_the_sums(databases: Databases) -> None:
    outcomes = importlib.import_module("services.sla.migrations.versions.0011_outcomes")
    url = await databases.fresh("sla")
    connection = await asyncpg.connect(url)
    try:
        await connection.execute(_MONTHLY_SUMS)

        for _ in range(2):  # harmless to repeat
            await migrate(url, outcomes.upgrade)

        summed = await connection.fetch(
            "select priority, outcome, cause, n, stopped, ran_ms from outcome_sums order by 1, 2"
        )
    finally:
        await connection.close()
    await databases.give_back("sla", url)
    assert [tuple(row) for row in summed] == [
        ("low", "broken", "unknown", 2, 2, 600_500),
        ("normal", "broken", "unknown", 10, 0, 0),
        ("normal", "cancelled", "", 3, 0, 0),
        ("normal", "kept", "", 90, 100, 6_000_000),
    ]


async def _migrate(url: str, name: str) -> None:
    """Run this one migration, whatever came after it."""
    migration = importlib.import_module(f"services.sla.migrations.versions.{name}")

    def run(connection: Connection) -> None:
        with Operations.context(MigrationContext.configure(connection)):
            migration.upgrade()

    engine = create_async_engine(asyncpg_url(url))
    async with engine.begin() as connection:
        await connection.run_sync(run)
    await engine.dispose()
