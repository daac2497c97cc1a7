"""Which database failures pass by themselves, and which are the input's fault."""

import asyncpg
from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as PoolTimeout

# SQLSTATE classes (PostgreSQL, appendix A): connection, log-in, database, transaction rollback,
# resources, operator, system.
_TRANSIENT_CLASSES = frozenset({"08", "28", "3D", "40", "53", "57", "58"})
_TRANSIENT_STATES = frozenset({"55P03", "25P03", "25P04"})
"""Lock not available; a session ended because its transaction stood idle, or took too long."""
_LOST_CONNECTION = ("connection", "another operation")
"""How asyncpg says, without a state, that a session is gone or not usable any more."""


class Outdated(RuntimeError):
    """Something that a transaction had read was changed by another before it committed; nothing was
    written. Run it again.
    """


def sqlstate(error: BaseException) -> str | None:
    """Return the five characters by which PostgreSQL names what went wrong; None when it was not
    PostgreSQL.
    """
    origin = getattr(error, "orig", error)
    state = getattr(origin, "sqlstate", None)
    return state if isinstance(state, str) else None


def is_transient(error: BaseException) -> bool:
    """Return whether another try may well get through: a lost connection, a lock, a serialisation
    failure, a timeout.
    """
    state = sqlstate(error)
    if isinstance(error, Outdated) or _is_stale_plan(getattr(error, "orig", error)):
        return True
    if state is not None:
        return state[:2] in _TRANSIENT_CLASSES or state in _TRANSIENT_STATES
    if isinstance(error, DBAPIError):
        origin = error.orig
        return error.connection_invalidated or isinstance(origin, OSError) or _is_lost(origin)
    return isinstance(error, PoolTimeout | OSError | TimeoutError) or _is_lost(error)


def is_timeout(error: BaseException) -> bool:
    """Return whether a statement took longer than it may (`statement_timeout`, or the client's
    own); False for a lock that did not come.
    """
    return sqlstate(error) == "57014" or isinstance(getattr(error, "orig", error), TimeoutError)


def is_unstorable(error: BaseException) -> bool:
    """Return whether the database cannot take a value: out of range, too long, a NUL."""
    return (sqlstate(error) or "").startswith("22")


def is_taken(error: BaseException) -> bool:
    """Return whether another transaction has written first: a unique key, an overlap, a row that
    was referred to and is gone.
    """
    return sqlstate(error) in {"23505", "23P01", "23503"}


def first_line(error: BaseException) -> str:
    """Return the error's first line, for a log; the rest would be SQL."""
    return str(error).split("\n", 1)[0] or type(error).__name__


def _is_lost(error: BaseException | None) -> bool:
    # The internal one: a session that was thrown out while it stood idle, and of whose end only the
    # first half has been heard.
    known = (
        isinstance(error, asyncpg.InterfaceError | asyncpg.InternalClientError)
        or type(error).__name__ == "InterfaceError"
    )
    return known and any(words in str(error) for words in _LOST_CONNECTION)


def _is_stale_plan(error: BaseException | None) -> bool:
    """Return whether a migration changed a table under a prepared statement; the connection has
    dropped its plans, so the next try has new ones.
    """
    return type(error).__name__ == "InvalidCachedStatementError"
