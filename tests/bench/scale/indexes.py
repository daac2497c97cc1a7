"""Indexes and keys of tables, taken away while the tables are filled and built again afterwards:
row by row they cost most of the time.
"""

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from typing import NamedTuple

import asyncpg

_INDEXES = """
    select c.relname as table, i.relname as name, pg_get_indexdef(i.oid) as definition
    from pg_index x join pg_class c on c.oid = x.indrelid join pg_class i on i.oid = x.indexrelid
    where c.relnamespace = 'public'::regnamespace and c.relname = any($1)
        and not exists (select from pg_constraint k where k.conindid = x.indexrelid
          and k.contype in ('p', 'u', 'x'))
    order by 1, 2"""
# Keys before what refers to them.
_CONSTRAINTS = """
    select c.relname as table, k.conname as name, pg_get_constraintdef(k.oid) as definition
    from pg_constraint k join pg_class c on c.oid = k.conrelid
    where c.relnamespace = 'public'::regnamespace and c.relname = any($1)
      and k.contype in ('p', 'u', 'x', 'f')
    order by k.contype = 'f', 1, 2"""


class IndexesDiffer(Exception):
    """Which indexes or keys are not as they were: figures of such a database would say nothing."""


class _Named(NamedTuple):
    table: str
    name: str
    definition: str


@asynccontextmanager
async def without_indexes(
    connection: "asyncpg.Connection[asyncpg.Record]", tables: Sequence[str]
) -> AsyncIterator[None]:
    """Take the indexes, keys and references of these tables away for the block, and build all of
    them again after it.

    After a block that fails nothing is built. Raises IndexesDiffer.
    """
    constraints, indexes = (
        await _of(connection, _CONSTRAINTS, tables),
        await _of(connection, _INDEXES, tables),
    )
    for each in reversed(constraints):
        await connection.execute(f'alter table "{each.table}" drop constraint "{each.name}"')
    for each in indexes:
        await connection.execute(f'drop index "{each.name}"')
    yield
    for each in constraints[: _keys_among(constraints)]:
        await connection.execute(
            f'alter table "{each.table}" add constraint "{each.name}" {each.definition}'
        )
    for each in indexes:
        await connection.execute(each.definition)
    for each in constraints[_keys_among(constraints) :]:
        await connection.execute(
            f'alter table "{each.table}" add constraint "{each.name}" {each.definition}'
        )
    now = {*await _of(connection, _CONSTRAINTS, tables), *await _of(connection, _INDEXES, tables)}
    if changed := now ^ {*constraints, *indexes}:
        raise IndexesDiffer(
            "not as they were before filling: "
            + ", ".join(sorted(f"{each.table}.{each.name}" for each in changed))
        )


def _keys_among(constraints: Sequence[_Named]) -> int:
    return sum(not each.definition.startswith("FOREIGN KEY") for each in constraints)


async def _of(
    connection: "asyncpg.Connection[asyncpg.Record]", sql: str, tables: Sequence[str]
) -> list[_Named]:
    return [_Named(*row) for row in await connection.fetch(sql, list(tables))]
