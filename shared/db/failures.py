"""Which database failures pass by themselves, and which are the input's fault."""

from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as PoolTimeout

# SQLSTATE classes (PostgreSQL, appendix A): connection, transaction rollback, resources, operator intervention, system.
_TRANSIENT_CLASSES = frozenset({"08", "40", "53", "57", "58"})
_LOCK_NOT_AVAILABLE = "55P03"


def sqlstate(error: BaseException) -> str | None:
    """The five characters by which PostgreSQL names what went wrong; None when it was not PostgreSQL."""
    origin = getattr(error, "orig", error)
    state = getattr(origin, "sqlstate", None)
    return state if isinstance(state, str) else None


def is_transient(error: BaseException) -> bool:
    """True for what another try may well get through: a lost connection, a lock, a serialisation failure, a timeout."""
    state = sqlstate(error)
    if state is not None:
        return state[:2] in _TRANSIENT_CLASSES or state == _LOCK_NOT_AVAILABLE
    if isinstance(error, DBAPIError):
        return error.connection_invalidated or isinstance(error.orig, OSError | TimeoutError) or "InterfaceError" in type(error).__name__
    return isinstance(error, PoolTimeout | OSError | TimeoutError)
