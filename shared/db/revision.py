"""Which schema a database has, and which one this release wants.

Asked at every start, so it does without Alembic, which is heavy.
"""

from pathlib import Path

from sqlalchemy import text

from shared.db.transaction import Database

_ROOT = Path(__file__).resolve().parents[2]
_IS_THERE = text("select to_regclass('alembic_version') is not null as there")
_FOUND = text("select version_num from alembic_version")


async def missing_revision(database: Database, service: str) -> str | None:
    """Return the newest revision of the service, if its database does not have it yet; None when it
    is up to date.
    """
    async with database.transaction() as tx:
        there = await tx.row(_IS_THERE)
        found = await tx.row(_FOUND) if there is not None and there["there"] else None
    wanted = newest_revision(service)
    return None if found is not None and found["version_num"] == wanted else wanted


def newest_revision(service: str) -> str:
    """Return the service's newest revision, read from the names of its migrations
    (`0001_first.py`).

    Raises LookupError for a service without migrations.
    """
    files = sorted((_ROOT / "services" / service / "migrations" / "versions").glob("[0-9]*.py"))
    if not files:
        raise LookupError(f"the service {service} has no migrations")
    return files[-1].stem.partition("_")[0]
