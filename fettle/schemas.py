"""The services' schemas, brought up to date; what is in the way is said in words."""

import asyncio
import re

import asyncpg

from fettle.home import CHECKOUT

_REVISIONS = re.compile(r'^(down_)?revision\b[^=\n]*= *["\']([^"\']+)["\']', re.MULTILINE)


class CannotMigrate(Exception):
    """Which database, why, and what to do."""


def bring_up_to_date(service: str, url: str) -> str | None:
    """The revision it has now, if it was behind; None when there was nothing to do.

    Raises CannotMigrate.
    """
    return asyncio.run(_bring_up_to_date(service, url))


async def _bring_up_to_date(service: str, url: str) -> str | None:
    try:
        present = await _revision(url)
    except (OSError, ValueError, asyncpg.PostgresError, asyncpg.InterfaceError) as error:
        raise CannotMigrate(
            f"the database of {service} cannot be used: {_in_a_line(error)}. Check "
            f"FETTLE_{service.upper()}_DATABASE_URL"
        ) from error
    if present == _newest(service):
        return None
    # They take more than a second to import, for which an ordinary start need not wait.
    from sqlalchemy.exc import SQLAlchemyError

    from shared.db.migrations import upgrade

    try:
        return await upgrade(url, service)
    except (OSError, SQLAlchemyError) as error:
        raise CannotMigrate(
            f"the database of {service} cannot be brought up to date: {_in_a_line(error)}"
        ) from error


async def _revision(url: str) -> str | None:
    """The one the database has."""
    connection = await asyncpg.connect(
        re.sub(r"^postgres(ql)?(\+\w+)?://", "postgresql://", url), timeout=20
    )
    try:
        revision: str | None = await connection.fetchval("select version_num from alembic_version")
    except asyncpg.UndefinedTableError:
        return None
    finally:
        await connection.close()
    return revision


def _newest(service: str) -> str | None:
    """The revision that no other one builds upon, as its migrations say."""
    revisions: set[str] = set()
    built_upon: set[str] = set()
    for path in (CHECKOUT / "services" / service / "migrations" / "versions").glob("*.py"):
        for down, revision in _REVISIONS.findall(path.read_text(encoding="utf-8")):
            (built_upon if down else revisions).add(revision)
    return next(iter(revisions - built_upon), None)


def _in_a_line(error: Exception) -> str:
    return str(error).split("\n", 1)[0] or type(error).__name__
