"""Sheets of a workbook (`.xlsx`, `.xls`, `.ods`), cell by cell as text."""

import zipfile
from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime, time, timedelta
from pathlib import Path

from shared.sheets.unreadable import Unreadable

_BEGINNINGS = (b"PK\x03\x04", b"\xd0\xcf\x11\xe0")

_MAX_UNPACKED_BYTES = 1 << 30
_EXACT_BELOW = 1e15
"""A number with more digits has lost its last ones: it is told as spreadsheets show it."""
_Cell = int | float | str | bool | time | date | datetime | timedelta


def is_workbook(path: Path) -> bool:
    """Return whether the file is one by its first bytes, whatever it is called."""
    with path.open("rb") as file:
        return file.read(4) in _BEGINNINGS


def names_of(path: Path) -> list[str]:
    """Return what the sheets of the workbook, which was read before, are called."""
    from python_calamine import CalamineWorkbook

    return list(CalamineWorkbook.from_path(path).sheet_names)


def rows_of(path: Path, sheet: str | None) -> Iterator[tuple[int, list[str]]]:
    """Yield the rows of the sheet of that name or number, or of the first that has any, with their
    numbers as the program shows them; a cell that is merged downwards has its value in each of its
    rows. Raises Unreadable.
    """
    # where one is read: services have that done by a process of its own
    from python_calamine import CalamineError, CalamineWorkbook, PasswordError

    _demand_moderate(path)
    try:
        book = CalamineWorkbook.from_path(path)
        names = book.sheet_names
        if sheet is not None and sheet not in names and sheet in _numbers(names):
            sheet = names[int(sheet) - 1]
        if sheet is not None and sheet not in names:
            raise Unreadable(
                path,
                "no_sheet",
                "it has no sheet '{sheet}'; its sheets are: {sheets}",
                sheet=sheet,
                sheets=", ".join(names),
            )
        for name in names if sheet is None else [sheet]:
            found = book.get_sheet_by_name(name)
            if found.start is None:
                continue
            _, first_column = found.start
            merged = _MergedDown(found.merged_cell_ranges or ())
            # blank rows above the first cell are among these, blank columns beside it are not
            for number, row in enumerate(found.iter_rows(), start=1):
                cells = [*[""] * first_column, *map(_text, row)]
                merged.fill(number - 1, cells)
                yield number, cells
            return
    except PasswordError as error:
        raise Unreadable(
            path, "password", "it is protected by a password; save it without one"
        ) from error
    except (CalamineError, OSError, ValueError) as error:
        raise Unreadable(
            path,
            "no_workbook",
            "not a workbook that can be read ({error}); save it as .xlsx or as CSV",
            error=error,
        ) from error
    raise Unreadable(path, "empty_sheets", "its sheets are empty")


def _numbers(names: Sequence[str]) -> list[str]:
    return [str(n) for n, _ in enumerate(names, start=1)]


class _MergedDown:
    """Cells that are merged over several rows, whose value a file has in the first one alone."""

    def __init__(self, ranges: Iterable[tuple[tuple[int, int], tuple[int, int]]]) -> None:
        self._waiting = sorted((each for each in ranges if each[1][0] > each[0][0]), reverse=True)
        self._open: dict[int, tuple[int, str]] = {}
        """By column: the last row, and the value."""

    def fill(self, row: int, cells: list[str]) -> None:
        """Fill the row, counted from 0; rows come in order."""
        for column, (last, value) in list(self._open.items()):
            if row > last:
                del self._open[column]
            elif column < len(cells) and not cells[column]:
                cells[column] = value
        while self._waiting and self._waiting[-1][0][0] <= row:
            (first, column), (last, _) = self._waiting.pop()
            if first == row and column < len(cells):
                self._open[column] = last, cells[column]


def _demand_moderate(path: Path) -> None:
    """Refuse an archive that unpacks to more than memory should be asked for."""
    if not zipfile.is_zipfile(path):
        return
    with zipfile.ZipFile(path) as archive:
        unpacked = sum(each.file_size for each in archive.infolist())
    if unpacked > _MAX_UNPACKED_BYTES:
        raise Unreadable(
            path,
            "unpacks_large",
            "it unpacks to {megabytes} MB; split it, or save it as CSV",
            megabytes=unpacked >> 20,
        )


def _text(cell: _Cell) -> str:
    if isinstance(cell, bool):
        return "true" if cell else "false"
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell)) if abs(cell) < _EXACT_BELOW else f"{cell:.6E}"
    if isinstance(cell, datetime):
        return cell.isoformat(sep=" ")
    if isinstance(cell, date | time):
        return cell.isoformat()
    return str(cell)
