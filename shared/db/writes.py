"""What a transaction has left to write, sent as one statement: one `insert … select` for each
table, chained as CTEs.
"""

from collections.abc import Hashable, Iterable, Mapping, Sequence
from enum import StrEnum
from functools import lru_cache
from typing import TYPE_CHECKING, Any, NamedTuple

from pydantic_core import to_json
from sqlalchemy import Table

from shared.db.reads import Requirement

if TYPE_CHECKING:  # it brings the ORM with it, for which the portal has no use
    from sqlmodel import SQLModel

Key = tuple[str, ...]
"""A row's primary key, as text."""
DeclaredTable = Table | type["SQLModel"]
"""A table, or the class that declares it."""


class Mode(StrEnum):
    SAVE = "save"
    INSERT = "insert"
    INSERT_MISSING = "insert_missing"

    __hash__ = str.__hash__  # an enum's own is written in Python, and each row is looked up by it


class Shape(NamedTuple):
    """What the SQL of writes depends on: requirements, tables and changes, without a value."""

    required: tuple[Requirement, ...]
    groups: tuple[tuple[Table, Mode], ...]
    changes: tuple[str, ...]


class Writes:
    """Rows by table, in the order in which the tables were first written; the last word on a row
    counts.
    """

    def __init__(self) -> None:
        self.rows: dict[tuple[Table, Mode], dict[Key, bytes]] = {}
        self.required: dict[Requirement, list[Mapping[str, Any]]] = {}
        self.changes: dict[str, list[bytes]] = {}
        self._modes: dict[tuple[Table, Key], Mode] = {}

    def __bool__(self) -> bool:
        """Return whether there is anything to write; what is only required does not count."""
        return bool(self.rows or self.changes)

    def add(self, table: Table, mode: Mode, thing: object, more: Mapping[str, Any]) -> None:
        """Add a row. `thing` is a dict, or has attributes named as the columns; raises TypeError
        when a column is missing.
        """
        row = _row_of(table, thing, more)
        self.add_json(
            table, mode, tuple(str(row[name]) for name in _names(table).key), to_json(row)
        )

    def add_json(self, table: Table, mode: Mode, key: Key, row: bytes) -> None:
        """Add a row that is written as JSON already, with every column of the table among its
        members.
        """
        before = self._modes.get((table, key))
        if before is not None:
            if mode is Mode.INSERT_MISSING:
                return
            if mode is Mode.INSERT:
                raise ValueError(
                    f"{table.name} {key} is written before it is inserted, in one transaction"
                )
            # One statement must not write a row twice.
            if before is Mode.INSERT:
                mode = Mode.INSERT
            elif before is Mode.INSERT_MISSING:
                self._drop((table, before), key)
        self._modes[table, key] = mode
        self.rows.setdefault((table, mode), {})[key] = row

    def require(self, requirement: Requirement, given: Mapping[str, Any]) -> None:
        """Make the statement fail unless this holds when it runs."""
        self.required.setdefault(requirement, []).append(given)

    def change(self, statement: str, rows: Iterable[Mapping[str, Any] | bytes]) -> None:
        """Add rows, or what is JSON already, to one more statement, in which `{rows}` stands for
        the JSON array of them.
        """
        self.changes.setdefault(statement, []).extend(
            row if isinstance(row, bytes) else to_json(row) for row in rows
        )

    def shape(self) -> Shape:
        return Shape(tuple(self.required), tuple(self.rows), tuple(self.changes))

    def keys(self) -> Iterable[Hashable]:
        """Return what other writes must not share with these to go out in one statement: no row is
        written twice, and what is required `apart` is required once.
        """
        for (table, _), rows in self.rows.items():
            for key in rows:
                yield table, key
        for requirement, asked in self.required.items():
            if requirement.apart is not None:
                for given in asked:
                    yield requirement, given[requirement.apart]

    def take(self) -> tuple[str, list[Any]]:
        """Return the statement and its parameters; nothing is left afterwards."""
        taken = Writes()
        taken.rows, taken.required, taken.changes = self.rows, self.required, self.changes
        self.rows, self.required, self.changes, self._modes = {}, {}, {}, {}
        return merged([taken])

    def _drop(self, group: tuple[Table, Mode], key: Key) -> None:
        del self.rows[group][key]
        if not self.rows[group]:
            del self.rows[group]


def merged(batch: Sequence[Writes]) -> tuple[str, list[Any]]:
    """Return one statement for writes of one shape whose keys do not overlap, and its parameters:
    arrays for each requirement, a JSON array for each table.
    """
    shape = batch[0].shape()
    parameters: list[Any] = []
    for requirement in shape.required:
        parameters += requirement.parameters(
            [given for writes in batch for given in writes.required[requirement]]
        )
    for group in shape.groups:
        rows = {key: row for writes in batch for key, row in writes.rows[group].items()}
        # In the order of their keys, so that two transactions that write the same rows wait for
        # each other instead of deadlocking.
        parameters.append(_array(rows[key] for key in sorted(rows)))
    parameters += [
        _array(row for writes in batch for row in writes.changes[change])
        for change in shape.changes
    ]
    return _statement(shape), parameters


def table_of(declared: DeclaredTable) -> Table:
    if isinstance(declared, Table):
        return declared
    # SQLModel does not declare what SQLAlchemy adds
    table: Table = declared.__table__  # type: ignore[attr-defined]
    return table


def _array(rows: Iterable[bytes]) -> str:
    return (b"[" + b",".join(rows) + b"]").decode()


def _row_of(table: Table, thing: object, more: Mapping[str, Any]) -> dict[str, Any]:
    names = _names(table).all
    try:
        if isinstance(thing, dict):
            row = {name: more[name] if name in more else thing[name] for name in names}
        else:
            row = {name: more[name] if name in more else getattr(thing, name) for name in names}
    except (KeyError, AttributeError) as missing:
        raise TypeError(f"a row of {table.name} lacks a column: {missing}") from missing
    return row


class _Names(NamedTuple):
    """Of a table's columns, and of those that make its key."""

    all: tuple[str, ...]
    key: tuple[str, ...]


@lru_cache(maxsize=512)
def _names(table: Table) -> _Names:
    # Plain strings: SQLAlchemy's own are a subclass, over which writing JSON takes five times as
    # long.
    return _Names(
        tuple(str.__str__(name) for name in table.columns.keys()),  # noqa: SIM118
        tuple(str.__str__(each.name) for each in table.primary_key),
    )


@lru_cache(maxsize=512)
def _statement(shape: Shape) -> str:
    checks, first = [], 1
    for requirement in shape.required:
        checks.append(requirement.check(first))
        first += requirement.width
    statements = [_insert(table, mode, n) for n, (table, mode) in enumerate(shape.groups, first)]
    statements += [
        change.format(rows=f"${n}::json")
        for n, change in enumerate(shape.changes, first + len(statements))
    ]
    parts = [f"w{n} as ({statement} returning 1)" for n, statement in enumerate(statements)]
    # What is required is checked before anything is written: the columns of a select are computed
    # from left to right.
    written = [f"(select count(*) from w{n})" for n in range(len(parts))]
    return f"with {', '.join(parts)} select {', '.join(checks + written)}"


def _insert(table: Table, mode: Mode, parameter: int) -> str:
    # a ColumnCollection iterates over columns
    columns = ", ".join(f'"{name}"' for name in table.columns.keys())  # noqa: SIM118
    insert = (
        f'insert into "{table.name}" ({columns}) select {columns} '
        f'from json_populate_recordset(null::"{table.name}", ${parameter}::json)'
    )
    if mode is Mode.INSERT:
        return insert
    if mode is Mode.INSERT_MISSING:
        return f"{insert} on conflict do nothing"
    keys = [column.name for column in table.primary_key]
    rest = [name for name in table.columns.keys() if name not in keys]  # noqa: SIM118
    target = ", ".join(f'"{key}"' for key in keys)
    if not rest:
        return f"{insert} on conflict ({target}) do nothing"
    return f"{insert} on conflict ({target}) do update set " + ", ".join(
        f'"{name}" = excluded."{name}"' for name in rest
    )
