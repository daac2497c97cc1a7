"""What a transaction has left to write, sent as one statement: one `insert … select` for each table, chained as CTEs."""

from collections.abc import Mapping, Sequence
from enum import StrEnum
from functools import lru_cache
from typing import Any, NamedTuple

from pydantic_core import to_json
from sqlalchemy import Table


class Mode(StrEnum):
    SAVE = "save"
    INSERT = "insert"
    INSERT_MISSING = "insert_missing"


class Writes:
    """Rows by table, in the order in which the tables were first written; the last word on a row counts."""

    def __init__(self) -> None:
        self._rows: dict[tuple[Table, Mode], dict[tuple[str, ...], bytes]] = {}
        self._also: list[tuple[str, str]] = []

    def __bool__(self) -> bool:
        return bool(self._rows or self._also)

    def add(self, table: Table, mode: Mode, thing: object, more: Mapping[str, Any]) -> None:
        """`thing` is a mapping, or has attributes named as the columns; raises TypeError when a column is missing."""
        row = _row_of(table, thing, more)
        key = tuple(str(row[name]) for name in _names(table).key)
        before = next((known for known in Mode if key in self._rows.get((table, known), ())), None)
        if before is not None:
            if mode is Mode.INSERT_MISSING:
                return
            if mode is Mode.INSERT:
                raise ValueError(f"{table.name} {key} is written before it is inserted, in one transaction")
            # One statement must not write a row twice.
            if before is Mode.INSERT:
                mode = Mode.INSERT
            elif before is Mode.INSERT_MISSING:
                self._drop((table, before), key)
        self._rows.setdefault((table, mode), {})[key] = to_json(row)

    def also(self, statement: str, row: Mapping[str, Any] | Sequence[Mapping[str, Any]]) -> None:
        """One more statement; `{row}` in it stands for its parameter, JSON."""
        self._also.append((statement, to_json(row).decode()))

    def take(self) -> tuple[str, list[str]]:
        """The statement and its parameters (a JSON array for each table); nothing is left afterwards."""
        groups, self._rows = self._rows, {}
        more, self._also = self._also, []
        # In the order of their keys, so that two transactions that write the same rows wait for each other instead of deadlocking.
        parameters = [(b"[" + b",".join(rows[key] for key in sorted(rows)) + b"]").decode() for rows in groups.values()]
        return _statement(tuple(groups), tuple(statement for statement, _ in more)), parameters + [row for _, row in more]

    def _drop(self, group: tuple[Table, Mode], key: tuple[str, ...]) -> None:
        del self._rows[group][key]
        if not self._rows[group]:
            del self._rows[group]


def _row_of(table: Table, thing: object, more: Mapping[str, Any]) -> dict[str, Any]:
    names = _names(table).all
    try:
        if isinstance(thing, Mapping):
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
    # Plain strings: SQLAlchemy's own are a subclass, over which writing JSON takes five times as long.
    return _Names(tuple(str.__str__(name) for name in table.columns.keys()), tuple(str.__str__(each.name) for each in table.primary_key))  # noqa: SIM118


@lru_cache(maxsize=512)
def _statement(groups: Sequence[tuple[Table, Mode]], more: Sequence[str]) -> str:
    statements = [_insert(table, mode, n) for n, (table, mode) in enumerate(groups, 1)]
    statements += [statement.format(row=f"${n}::json") for n, statement in enumerate(more, len(groups) + 1)]
    parts = [f"w{n} as ({statement} returning 1)" for n, statement in enumerate(statements)]
    return f"with {', '.join(parts)} select {', '.join(f'(select count(*) from w{n})' for n in range(len(parts)))}"


def _insert(table: Table, mode: Mode, parameter: int) -> str:
    columns = ", ".join(f'"{name}"' for name in table.columns.keys())  # noqa: SIM118 - a ColumnCollection iterates over columns
    insert = (
        f'insert into "{table.name}" ({columns}) select {columns} from json_populate_recordset(null::"{table.name}", ${parameter}::json)'
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
    return f"{insert} on conflict ({target}) do update set " + ", ".join(f'"{name}" = excluded."{name}"' for name in rest)
