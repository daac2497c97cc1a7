"""A real PostgreSQL and a real NATS for the whole test run, and a fresh migrated database for each test that asks."""

import asyncio
import itertools
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path

import asyncpg
import pytest

from fettle.engines.nats import NatsServer
from fettle.engines.postgres import PostgresServer
from shared.db.migrations import upgrade

_FAST = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off", "max_connections": "300", "shared_buffers": "64MB"}
_PASSWORD = "for-tests-only"


@pytest.fixture(scope="session")
def postgres(tmp_path_factory: pytest.TempPathFactory) -> Iterator[PostgresServer]:
    """Fast, because nothing in it has to outlive the run."""
    server = PostgresServer.start(_home(tmp_path_factory, "postgres"), settings=_FAST)
    try:
        yield server
    finally:
        server.discard()


@pytest.fixture
def nats(tmp_path_factory: pytest.TempPathFactory) -> Iterator[NatsServer]:
    """A broker of the test's own, with an empty store; it may be killed, wiped and restarted."""
    with NatsServer.start(_home(tmp_path_factory, "nats")) as server:
        yield server


def _home(factory: pytest.TempPathFactory, name: str) -> Path:
    return factory.mktemp(name) / "data"


class Databases:
    """Makes databases: `await databases.fresh("tickets")` is the URL of an empty one with that service's newest schema."""

    def __init__(self, server: PostgresServer) -> None:
        self.server = server
        self._templates: dict[str, str] = {}
        self._emptied: dict[str, list[str]] = defaultdict(list)
        self._numbers = itertools.count(1)
        self._one_at_a_time = asyncio.Lock()

    async def fresh(self, service: str) -> str:
        if emptied := self._emptied[service]:
            return emptied.pop()
        async with self._one_at_a_time:
            template = self._templates.get(service) or await self._make_template(service)
            name = f"{service}_{next(self._numbers)}"
            await self._admin(f'create database "{name}" template "{template}" owner "{service}"')
        return self.server.url(name, service, _PASSWORD)

    async def give_back(self, service: str, url: str) -> None:
        """Emptied for the next test that asks, which takes a seventh of making one; one that is still in use is left alone."""
        connection = await asyncpg.connect(url)
        try:
            tables = await connection.fetch(
                "select tablename from pg_tables where schemaname = 'public' and tablename <> 'alembic_version'"
            )
            names = ", ".join(f'"{row["tablename"]}"' for row in tables)
            await connection.execute(f"set lock_timeout = '1s'; truncate {names} restart identity")
        except asyncpg.LockNotAvailableError:
            return
        finally:
            await connection.close()
        self._emptied[service].append(url)

    async def empty(self, name: str) -> str:
        """A database without any schema, for the kernel's own tests."""
        async with self._one_at_a_time:
            database = f"{name}_{next(self._numbers)}"
            await asyncio.to_thread(self.server.create_database, database, role=name, password=_PASSWORD)
        return self.server.url(database, name, _PASSWORD)

    async def _make_template(self, service: str) -> str:
        name = f"template_{service}"
        await asyncio.to_thread(self.server.create_database, name, role=service, password=_PASSWORD)
        await upgrade(self.server.url(name, service, _PASSWORD), service)
        self._templates[service] = name
        return name

    async def _admin(self, statement: str) -> None:
        connection = await asyncpg.connect(self.server.admin_url())
        try:
            await connection.execute(statement)
        finally:
            await connection.close()


@pytest.fixture(scope="session")
def databases(postgres: PostgresServer) -> Databases:
    return Databases(postgres)
