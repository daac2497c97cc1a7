"""The pool of connections to a service's own database, and how its sessions are set up."""

from typing import Any
from urllib.parse import parse_qsl, urlencode

import asyncpg
from pydantic_core import from_json, to_json
from sqlalchemy import Engine, PoolProxiedConnection, event
from sqlalchemy import create_engine as create_sqlalchemy_engine
from sqlalchemy.exc import TimeoutError as NoConnectionInTime
from sqlalchemy.pool import AsyncAdaptedQueuePool, ConnectionPoolEntry
from sqlalchemy.util.concurrency import greenlet_spawn


class CountedPool(AsyncAdaptedQueuePool):
    """A pool that counts who waits for one of its connections."""

    waiting = 0
    """Callers that have asked for a connection and have none yet."""
    timeouts = 0
    """Callers that got none in time, since the start."""

    def connect(self) -> PoolProxiedConnection:
        """Return a connection. Raises SQLAlchemy's TimeoutError when none is given back in time."""
        self.waiting += 1
        try:
            return super().connect()
        except NoConnectionInTime:
            self.timeouts += 1
            raise
        finally:
            self.waiting -= 1


def asyncpg_url(url: str) -> str:
    """Return `postgresql://…` as SQLAlchemy wants it for asyncpg, without the parameters that
    `tls_arguments` are made of.
    """
    address, _, query = url.partition("?")
    scheme, separator, rest = address.partition("://")
    if separator and scheme in {"postgres", "postgresql"}:
        address = f"postgresql+asyncpg://{rest}"
    others = [each for each in parse_qsl(query) if not _is_of_tls(each[0])]
    return f"{address}?{urlencode(others)}" if others else address


def tls_arguments(url: str) -> dict[str, str]:
    """Return what asyncpg is to be told of TLS by the parameters of a URL, as in
    `?sslmode=verify-full&sslrootcert=FILE`: it reads them as libpq does, and SQLAlchemy does not.
    """
    given = [each for each in parse_qsl(url.partition("?")[2]) if _is_of_tls(each[0])]
    return {"dsn": f"postgresql://?{urlencode(given)}"} if given else {}


def _is_of_tls(parameter: str) -> bool:
    return parameter.startswith("ssl") and parameter != "ssl"  # which SQLAlchemy reads


def create_engine(url: str, *, name: str, pool_size: int) -> Engine:
    """Return the engine, to be asked by greenlet_spawn for whatever waits for the database, as
    AsyncEngine does: that one brings the ORM with it, six megabytes of a process that has no use
    for it.
    """
    return create_sqlalchemy_engine(
        asyncpg_url(url),
        poolclass=CountedPool,
        pool_size=pool_size,
        pool_use_lifo=True,  # the connection that was used last is warm, and its backend too
        max_overflow=0,
        pool_timeout=5,
        json_serializer=lambda value: to_json(value).decode(),
        json_deserializer=from_json,
        hide_parameters=True,  # or personal data would stand in logs
        connect_args={
            **tls_arguments(url),
            "timeout": 5,
            "command_timeout": 20,
            "server_settings": {
                "application_name": f"fettle-{name}",
                "timezone": "UTC",
                "lock_timeout": "5s",
                "statement_timeout": "15s",
                "idle_in_transaction_session_timeout": "30s",
                "jit": "off",
            },
        },
    )


async def close_engine(engine: Engine) -> None:
    """Close the pool's connections: those that rest at once, those in use as soon as they are given
    back.

    A task that is cancelled at the service's stop still rolls back behind its caller; a pool that
    has been disposed of would keep its connection open for good.
    """
    # the pool that takes its place has it too
    event.listen(engine.pool, "checkin", _terminate)
    await greenlet_spawn(engine.dispose)


def _terminate(_: Any, entry: ConnectionPoolEntry) -> None:
    connection: asyncpg.Connection[asyncpg.Record] | None = entry.driver_connection
    if connection is not None:
        connection.terminate()
