"""Locks by name: on what has no row yet, and on what several rows are about."""

from uuid import UUID

from sqlalchemy import text

LOCK = text(
    "select pg_advisory_xact_lock(hashtextextended(key, 0)) "
    "from unnest(cast(:keys as text[])) with ordinality as k(key, n) order by n"
)
"""Waits for each of the `keys`, in their order, and holds them until the transaction ends."""


def lock_key(kind: str, id: UUID | str) -> str:
    return f"{kind}:{id}"
