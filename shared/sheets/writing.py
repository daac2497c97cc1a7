"""Tables to hand out: CSV that spreadsheets open as it is meant, or lines of JSON; written part by
part, so that a long one is never held whole.
"""

import csv
import io
from collections.abc import Collection, Sequence
from dataclasses import dataclass, fields
from datetime import datetime
from enum import StrEnum
from typing import Any, Generic, TypeVar

from pydantic import JsonValue, TypeAdapter
from pydantic_core import to_json

from shared.sheets.marks import as_text

R = TypeVar("R")
K = TypeVar("K")

_MARK = "\ufeff"
"""Without it Excel takes UTF-8 for the code page of its country."""


class Format(StrEnum):
    CSV = "csv"
    JSONL = "jsonl"

    @property
    def media_type(self) -> str:
        return "text/csv; charset=utf-8" if self is Format.CSV else "application/jsonl"


@dataclass(frozen=True, kw_only=True)
class Selection:
    """Which rows are wanted: of these sites (None: of all), from `since` until before `until`."""

    sites: Collection[str] | None
    since: datetime | None = None
    until: datetime | None = None

    def next_site(self, after: str) -> str | None:
        """Return the first of the sites behind that one, by id; None behind the last."""
        return min((site for site in self.sites or () if site > after), default=None)


@dataclass(frozen=True, kw_only=True)
class Part(Generic[R, K]):
    """Some rows of a table, and where the next ones begin; None where there are no more. It may
    have no rows and not be the last.
    """

    rows: Sequence[R]
    last: K | None


class Writing(Generic[R]):
    """A table whose rows are dataclasses of one kind; their fields are its columns."""

    def __init__(self, format: Format, row: type[R]) -> None:
        self.format = format
        self.columns = tuple(each.name for each in fields(row))  # type: ignore[arg-type]
        self._rows: TypeAdapter[list[R]] = TypeAdapter(list[row])  # type: ignore[valid-type]

    def begin(self) -> bytes:
        """Return what stands before the first row."""
        if self.format is Format.JSONL:
            return b""
        return (_MARK + _lines([self.columns])).encode()

    def lines(self, rows: Sequence[R]) -> bytes:
        """Return the rows as lines, each with its end."""
        values = self._rows.dump_python(list(rows), mode="json")
        if self.format is Format.JSONL:
            return b"".join(to_json(row) + b"\n" for row in values)
        return _lines([_cell(row[name]) for name in self.columns] for row in values).encode()


def _lines(records: Any) -> str:
    written = io.StringIO()
    csv.writer(written, lineterminator="\r\n").writerows(records)  # RFC 4180, 2
    return written.getvalue()


def _cell(value: JsonValue) -> JsonValue:
    """Return the value as a cell has it; a number is one, whatever its sign."""
    if isinstance(value, str):
        return as_text(value)
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, list | dict):
        return to_json(value).decode()
    return value
