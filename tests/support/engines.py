"""A real PostgreSQL and a real NATS for the whole test run, and a fresh migrated database for each
test that asks.

In containers where a Docker engine answers and has their images or can pull them; elsewhere the
embedded ones. FETTLE_TEST_ENGINES demands `containers` or `embedded`. The broker of a test that
stops, kills or wipes it is always an embedded one of its own.
"""

import asyncio
import itertools
import os
from collections import defaultdict
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import AbstractContextManager, ExitStack
from pathlib import Path
from types import ModuleType
from typing import Any, Protocol, TypeVar

import asyncpg
import pytest

from fettle.engines.nats import NatsServer
from fettle.engines.postgres import PostgresServer, create_database
from shared.db.migrations import upgrade
from shared.messaging.broker import Broker
from tests.support.kept_engines import KeptEngines

SETTING = "FETTLE_TEST_ENGINES"
_FAST = {
    "autovacuum": "off",
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "max_connections": "300",
    "shared_buffers": "64MB",
    "scram_iterations": "1",
}
_PASSWORD = "for-tests-only"
_NAME_AN_ENGINE = (
    Path("/var/run/docker.sock"),
    Path.home() / ".docker" / "contexts",
    Path.home() / ".testcontainers.properties",
)

_OTHERS = """
    select count(*) from pg_stat_activity
      where datname = current_database() and pid <> pg_backend_pid()"""
# With the place of each column: statements that were prepared know it.
_SHAPE = """
    select md5(string_agg(line, ',' order by line)) from (
      select concat_ws(' ', c.relname, c.relkind, a.attnum, a.attname, a.atttypid, a.attnotnull)
        as line
      from pg_class c left join pg_attribute a on a.attrelid = c.oid and not a.attisdropped
      where c.relnamespace = 'public'::regnamespace) as lines"""
# Truncating makes new files for a table and each of its indexes: only where rows were written.
_EMPTY = """
    do $$
    declare
      written text;
    begin
      perform set_config('lock_timeout', '1s', true);
      select string_agg(quote_ident(relname), ', ') into written from pg_class
        where relnamespace = 'public'::regnamespace and relkind = 'r'
        and relname <> 'alembic_version' and pg_relation_size(oid) > 0;
      if written is not null then execute format('truncate %s cascade', written); end if;
      perform setval(format('%I.%I', schemaname, sequencename)::regclass, start_value, false)
        from pg_sequences where schemaname = 'public' and last_value is not null;
    end $$"""

T = TypeVar("T")


class Postgres(Protocol):
    def url(self, database: str, user: str, password: str) -> str: ...

    def admin_url(self, database: str = "postgres") -> str: ...

    def restart(self) -> None: ...


class Nats(Protocol):
    @property
    def url(self) -> str: ...


@pytest.fixture(scope="session")
def postgres(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Postgres]:
    """Fast, because nothing in it has to outlive the run."""
    with ExitStack() as engines:
        server: Postgres | None = contained(engines, lambda containers: containers.postgres(_FAST))
        if server is None:
            server = embedded = PostgresServer.start(
                _home(tmp_path_factory, "postgres"), settings=_FAST
            )
            engines.callback(embedded.discard)
        yield server


@pytest.fixture(scope="session")
def nats_of_all() -> Iterator[Nats | None]:
    """In a container, which takes a second to start, so the tests take turns with it; None where
    each test can have an embedded one.
    """
    with ExitStack() as engines:
        yield contained(engines, lambda containers: containers.nats())


@pytest.fixture
async def nats(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[Nats]:
    """A broker with an empty store; marked `breaks_nats`, a NatsServer of the test's own, to be
    stopped, killed and wiped.
    """
    broken = request.node.get_closest_marker("breaks_nats") is not None
    shared: Nats | None = None if broken else request.getfixturevalue("nats_of_all")
    if shared is not None:
        await _wipe(shared.url)
        yield shared
        return
    with NatsServer.start(_home(tmp_path_factory, "nats")) as server:
        yield server


def contained(
    engines: ExitStack, start: Callable[[ModuleType], AbstractContextManager[T]]
) -> T | None:
    """None where it is to be embedded.

    Raises NoContainers where containers are demanded and cannot be had.
    """
    demanded = os.environ.get(SETTING, "")
    if demanded not in ("", "containers", "embedded"):
        raise pytest.UsageError(
            f"{SETTING} is {demanded!r}; it has to be `containers`, `embedded` or nothing"
        )
    named = "DOCKER_HOST" in os.environ or any(path.exists() for path in _NAME_AN_ENGINE)
    if demanded == "embedded" or not (demanded or named):
        return None
    from tests.support import containers  # which takes a second to import

    try:
        return engines.enter_context(start(containers))
    except containers.NoContainers:
        if demanded:
            raise
        return None


async def _wipe(url: str) -> None:
    broker = Broker(url, name="test")
    await broker.connect()
    try:
        for stream in (await broker.ask("STREAM.NAMES"))["streams"] or ():
            await broker.ask(f"STREAM.DELETE.{stream}")
    finally:
        await broker.close()


def _home(factory: pytest.TempPathFactory, name: str) -> Path:
    return factory.mktemp(name) / "data"


Schema = Callable[[str], Awaitable[None]]
"""Makes the tables of an empty database, whose URL it is given."""


class Databases:
    """Makes databases: `await databases.fresh("tickets")` is the URL of an empty one with that
    service's newest schema.
    """

    def __init__(self, server: Postgres) -> None:
        self.server = server
        self.engines = KeptEngines()
        self._templates: dict[str, str] = {}
        self._shapes: dict[str, str] = {}
        self._emptied: dict[str, list[str]] = defaultdict(list)
        self._numbers = itertools.count(1)
        self._one_at_a_time = asyncio.Lock()

    async def fresh(self, name: str, schema: Schema | None = None) -> str:
        """Return one of that owner, with the tables that `schema` makes, or else the service's of
        that name.
        """
        if emptied := self._emptied[_kind(name, schema)]:
            return emptied.pop()
        return await self.unused(name, schema)

    async def unused(self, name: str, schema: Schema | None = None) -> str:
        """Return one of which PostgreSQL knows nothing yet, for tests of what it makes of its rows.
        It is not to be given back.
        """
        kind = _kind(name, schema)
        async with self._one_at_a_time:
            template = self._templates.get(kind)
            if template is None:
                template = self._templates[kind] = f"template_{kind}"
                url = await self._create(template, role=name)
                await (schema(url) if schema else upgrade(url, name))
                async with self.engines.connection(url) as (connection, _):
                    self._shapes[kind] = await connection.fetchval(_SHAPE)
            database = f"{kind}_{next(self._numbers)}"
            # by files, not through the log: nothing is synced, so it takes a third of the time
            await self._admin(
                f'create database "{database}" template "{template}" owner "{name}" '
                "strategy file_copy"
            )
        return self.server.url(database, name, _PASSWORD)

    async def give_back(self, name: str, url: str, schema: Schema | None = None) -> None:
        """Emptied for the next test that asks, which takes a fraction of making one, with the
        connections that were lent for it; one that is still in use, or that has other tables now,
        is left alone.
        """
        kind = _kind(name, schema)
        await self.engines.rest(url)
        async with self.engines.connection(url) as (connection, resting):
            is_empty = await _emptied(connection, resting, shape=self._shapes[kind])
        if is_empty:
            self._emptied[kind].append(url)
        else:
            await self.engines.close(url)

    async def discard(self, url: str) -> None:
        """Remove a database to which no connection is open."""
        await self._admin(f'drop database "{url.rpartition("/")[2]}"')

    async def empty(self, name: str) -> str:
        """A database without any schema, for the kernel's own tests."""
        async with self._one_at_a_time:
            return await self._create(f"{name}_{next(self._numbers)}", role=name)

    async def _create(self, database: str, *, role: str) -> str:
        await create_database(self.server.admin_url(), database, role=role, password=_PASSWORD)
        return self.server.url(database, role, _PASSWORD)

    async def _admin(self, statement: str) -> None:
        connection = await asyncpg.connect(self.server.admin_url())
        try:
            await connection.execute(statement)
        finally:
            await connection.close()


def _kind(name: str, schema: Schema | None) -> str:
    return f"kernel_{name}" if schema else name


async def _emptied(connection: "asyncpg.Connection[Any]", resting: int, *, shape: str) -> bool:
    """Return whether it is as new now. `resting` is how many connections to it are kept beside
    this one.
    """
    if connection.is_closed() or await connection.fetchval(_OTHERS) != resting:
        return False
    if await connection.fetchval(_SHAPE) != shape:
        return False
    try:
        await connection.execute(_EMPTY)
    except asyncpg.LockNotAvailableError:
        return False
    return True


@pytest.fixture(scope="session")
async def databases(postgres: Postgres) -> AsyncIterator[Databases]:
    made = Databases(postgres)
    yield made
    await made.engines.close_all()
