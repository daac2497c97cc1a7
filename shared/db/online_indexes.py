"""Indexes for tables that grow, built by migrations while instances of the release
before go on writing.

`create index` locks writers out until its transaction ends: minutes, for a table of a million rows.
Built concurrently it waits for the transactions under way and locks no writer out. It commits what
its migration did before, so such a migration has to be harmless to repeat: what an attempt that
failed has left is taken as it is, or built anew where it is no good.
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from alembic import op
from sqlalchemy import TextClause, text

Columns = Sequence[str | TextClause]

_IS_VALID = text("select indisvalid from pg_index where indexrelid = to_regclass(:name)")


def build_index(name: str, table: str, columns: Columns, **options: Any) -> None:
    """Build the index unless it is there; one that an earlier attempt left
    unfinished is built anew.

    `options` are those of `op.create_index`. Raises SQLAlchemy's errors, and leaves
    an unfinished index then.
    """
    with _while_others_write():
        _build(name, table, columns, options)


def replace_index(name: str, table: str, columns: Columns, **options: Any) -> None:
    """Put another index in the place of the one with that name, which serves until the other is
    built; as `build_index` in the rest.
    """
    new = f"{name}_new"
    with _while_others_write():
        _build(new, table, columns, options)
        op.execute(text(f'drop index concurrently if exists "{name}"'))
        op.execute(text(f'alter index "{new}" rename to "{name}"'))


def drop_index(name: str) -> None:
    """Drop the index if it is there, without waiting writers."""
    with _while_others_write():
        op.execute(text(f'drop index concurrently if exists "{name}"'))


@contextmanager
def _while_others_write() -> Iterator[None]:
    """Leave the transaction for the block.

    Building waits for transactions, however long they last, and no transaction waits for it.
    """
    with op.get_context().autocommit_block():
        (before,) = op.get_bind().execute(text("select current_setting('lock_timeout')")).one()
        op.execute(text("set lock_timeout = 0"))
        try:
            yield
        finally:
            op.execute(text(f"set lock_timeout = '{before}'"))


def _build(name: str, table: str, columns: Columns, options: dict[str, Any]) -> None:
    found = op.get_bind().execute(_IS_VALID, {"name": name}).one_or_none()
    if found is not None and found.indisvalid:
        return
    if found is not None:
        op.execute(text(f'drop index concurrently "{name}"'))
    op.create_index(name, table, list(columns), postgresql_concurrently=True, **options)
