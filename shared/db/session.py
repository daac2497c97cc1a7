"""A connection of the pool, spoken to through asyncpg. SQLAlchemy pools, and compiles what is not
text; its execution in between costs five times what the driver does, and a fact is a handful of
statements.
"""

import asyncio
from collections.abc import AsyncIterator, Iterator, Mapping, Sequence
from contextlib import asynccontextmanager, contextmanager
from functools import lru_cache
from typing import Any

import asyncpg
from sqlalchemy import Engine, Executable, PoolProxiedConnection, TextClause, text
from sqlalchemy.dialects.postgresql.asyncpg import PGDialect_asyncpg
from sqlalchemy.exc import IntegrityError
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.util.concurrency import greenlet_spawn

from shared.db.failures import Outdated
from shared.db.reads import Lookup

_PLANS = "plan_cache_mode"
"""A setting of PostgreSQL's, and where a connection remembers it."""
_DIALECT = PGDialect_asyncpg()  # type: ignore[no-untyped-call] # SQLAlchemy does not say


class NothingCommitted(RuntimeError):
    """A statement had failed and its error was swallowed: PostgreSQL answers such a COMMIT with a
    rollback, without an error.
    """


class Session:
    """Statements on one connection; each is its own transaction until `begin`.

    Raises SQLAlchemy's IntegrityError for a violated constraint, Outdated where PostgreSQL ended
    the transaction for a deadlock, asyncpg's errors for anything else.
    """

    def __init__(self, pooled: PoolProxiedConnection) -> None:
        self._pooled = pooled
        # SQLAlchemy says Any | None
        self._driver: asyncpg.Connection[asyncpg.Record] = pooled.driver_connection  # type: ignore[assignment]
        self._begun = False

    @classmethod
    async def open(cls, engine: Engine) -> "Session":
        """Return a session, to be closed; skip pooled connections that died with a restart of the
        database.
        """
        while True:
            session = cls(await greenlet_spawn(engine.raw_connection))
            if session._driver.is_closed():
                await session.close()
                continue
            try:
                await session._plan("auto")
            except BaseException:
                await session.close()
                raise
            return session

    async def begin(self, *, repeatable_read: bool = False) -> None:
        """Begin a transaction; a repeatable one sees what was committed at its first statement."""
        self._begun = True
        await self._driver.execute(
            "begin isolation level repeatable read" if repeatable_read else "begin"
        )

    async def commit(self) -> None:
        """Commit the transaction. Raises NothingCommitted."""
        said = await self._driver.execute("commit")
        self._begun = False
        if said != "COMMIT":
            raise NothingCommitted(
                "a statement of this transaction failed and its error was not passed on"
            )

    async def rows(
        self, statement: Executable, parameters: Mapping[str, Any]
    ) -> list[dict[str, Any]]:
        sql, values = _compiled(statement, parameters)
        with _translated():
            return [dict(row) for row in await self._driver.fetch(sql, *values)]

    async def search(
        self, statement: Executable, parameters: Mapping[str, Any]
    ) -> list[dict[str, Any]]:
        """Return the rows of a select that is planned for these parameters, and not for any."""
        await self._plan("force_custom_plan")
        return await self.rows(statement, parameters)

    async def execute(self, statement: Executable, parameters: Mapping[str, Any]) -> int:
        """Execute the statement; return how many rows it touched."""
        sql, values = _compiled(statement, parameters)
        with _translated():
            said = await self._driver.execute(sql, *values)
        count = said.rpartition(" ")[2]
        return int(count) if count.isdigit() else 0

    async def lookup(
        self, lookup: Lookup, asked: Sequence[Mapping[str, Any]]
    ) -> list[list[dict[str, Any]]]:
        """Return the rows for each who asks, in one statement."""
        found: list[list[dict[str, Any]]] = [[] for _ in asked]
        for record in await self._driver.fetch(lookup.sql, *lookup.parameters(asked)):
            row = dict(record)
            found[row.pop("asked") - 1].append(row)
        return found

    async def send(self, sql: str, values: Sequence[Any]) -> None:
        """Run the statement of `Writes`, which numbers its parameters as PostgreSQL does.

        Raises IntegrityError, Outdated.
        """
        try:
            with _translated():
                await self._driver.execute(sql, *values)
        except asyncpg.DivisionByZeroError as error:  # see Requirement.check
            raise Outdated("a row has been changed since it was read") from error

    async def _plan(self, mode: str) -> None:
        """Let statements be planned like that until the connection is given back."""
        if self._pooled.info.get(_PLANS, "auto") != mode:
            await self._driver.execute(f"set {_PLANS} = {mode}")
            self._pooled.info[_PLANS] = mode

    async def close(self) -> None:
        """Give the connection back, rolled back; one that cannot be used any more is thrown away.

        Nothing cancels it halfway.
        """
        if self._begun or self._driver.is_closed():
            await asyncio.shield(self._end())  # cancelled, it would keep the connection
        else:
            self._pooled.close()  # nothing is asked of the database, so it needs no greenlet

    async def _end(self) -> None:
        usable = False
        try:
            if self._begun:
                await self._driver.execute("rollback")
            usable = not self._driver.is_closed()
        except (
            asyncpg.PostgresError,
            asyncpg.InterfaceError,
            asyncpg.InternalClientError,
            OSError,
            TimeoutError,
        ):
            usable = False  # whatever is wrong with it, no caller waits for its rollback
        finally:
            if usable:
                self._pooled.close()
            else:
                await greenlet_spawn(_throw_away, self._pooled)


@asynccontextmanager
async def session(engine: Engine) -> AsyncIterator[Session]:
    opened = await Session.open(engine)
    try:
        yield opened
    finally:
        await opened.close()


@asynccontextmanager
async def transacting(engine: Engine, *, repeatable_read: bool = False) -> AsyncIterator[Session]:
    """Yield a session in a transaction, committed when its block ends well."""
    async with session(engine) as opened:
        await opened.begin(repeatable_read=repeatable_read)
        yield opened
        await opened.commit()


def _throw_away(pooled: PoolProxiedConnection) -> None:
    pooled.invalidate()
    pooled.close()


@contextmanager
def _translated() -> Iterator[None]:
    try:
        yield
    except asyncpg.IntegrityConstraintViolationError as error:
        raise IntegrityError(None, None, error) from error
    except asyncpg.DeadlockDetectedError as error:
        raise Outdated("rolled back by PostgreSQL to end a deadlock") from error


def _compiled(statement: Executable, parameters: Mapping[str, Any]) -> tuple[str, list[Any]]:
    if isinstance(statement, TextClause):
        sql, names = _compiled_text(statement.text)
        return sql, [parameters[name] for name in names]
    # every one has it
    compiled = statement.compile(dialect=_DIALECT, compile_kwargs={"render_postcompile": True})  # type: ignore[attr-defined]
    given = compiled.construct_params(parameters)
    return str(compiled), [given[name] for name in compiled.positiontup or ()]


@lru_cache(maxsize=1024)
def _compiled_text(sql: str) -> tuple[str, tuple[str, ...]]:
    """Return the SQL with numbered parameters, and their names: `where id = :id` → (`where id =
    $1`, ("id",)).
    """
    compiled = text(sql).compile(dialect=_DIALECT)
    assert isinstance(compiled, SQLCompiler)  # noqa: S101 - what a statement compiles to
    return str(compiled), tuple(compiled.positiontup or ())
