"""Tables that people bring: CSV of any usual encoding and separator, and workbooks.

A file is read for one of several forms; its columns are found by their headings, wherever in the
first rows these stand.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path

from shared.remarks import Remark
from shared.sheets import lines, workbook
from shared.sheets.dates import Dates, settle
from shared.sheets.headings import Column, Form, called, fitting, places_of
from shared.sheets.lines import BrokenRecord
from shared.sheets.marks import without_mark
from shared.sheets.unreadable import Unreadable

__all__ = ["BrokenRecord", "Column", "Dates", "Form", "Row", "Table", "Unreadable", "open_table"]

_MAX_TITLE_ROWS = 20
"""Rows among which the headings are looked for."""
_MAX_SHOWN = 300
_Numbered = Iterator[tuple[int, list[str] | BrokenRecord]]


@dataclass(frozen=True, kw_only=True)
class Row:
    """One row by the form's fields, an optional column that is not there empty; `number` as editors
    and workbooks show it. `broken` is a row without values, and why.
    """

    number: int
    values: Mapping[str, str]
    broken: Remark | None = None
    raw: str = ""


@dataclass(frozen=True, kw_only=True)
class Table:
    """A file that was understood: iterate over it for its rows, as often as need be."""

    path: Path
    form: Form
    ignored: tuple[str, ...]
    """Headings that the form does not know."""
    remarks: tuple[Remark, ...]
    """What was guessed."""
    dates: Mapping[str, Dates]
    """By field, for those that are dates."""
    headings: Mapping[str, str]
    """Of each field that is there, as the file writes it."""
    titles: tuple[str, ...]
    """What stands above the headings, cell by cell."""
    _places: Mapping[str, int]
    _width: int
    _records: Callable[[], _Numbered] = field(repr=False)

    def __iter__(self) -> Iterator[Row]:
        for number, record in self._records():
            if isinstance(record, BrokenRecord):
                broken = Remark.of("broken_quotes", "its quotes do not add up")
                yield Row(number=number, values={}, broken=broken, raw=record)
            elif len(record) < self._width or any(record[self._width :]):
                text = "has {values} values for {columns} columns"
                broken = Remark.of("width_differs", text, values=len(record), columns=self._width)
                yield Row(number=number, values={}, broken=broken, raw=",".join(record))
            else:
                yield Row(number=number, values=self._values(record))

    def _values(self, record: Sequence[str]) -> dict[str, str]:
        return {
            column.name: _written(record[self._places[column.name]])
            if column.name in self._places
            else ""
            for column in self.form.columns
        }


def open_table(
    path: Path,
    forms: Sequence[Form],
    *,
    mapping: Mapping[str, str] | None = None,
    sheet: str | None = None,
) -> Table:
    """Find the form whose columns the file has, and how its dates are to be read.

    `mapping` says, by field, under which heading it stands. Raises Unreadable with what was
    expected.
    """
    if path.is_dir():
        raise Unreadable(path, "a_directory", "is a directory; name one file in it")
    if not path.is_file():
        raise Unreadable(path, "no_such_file", "there is no such file")
    given = mapping or {}
    if workbook.is_workbook(path):
        return _with_dates(_book(path, sheet, forms, given))
    return _with_dates(_text(path, forms, given))


def _text(path: Path, forms: Sequence[Form], mapping: Mapping[str, str]) -> Table:
    encoding = lines.encoding_of(path)
    remarks: tuple[Remark, ...] = ()
    if not encoding.startswith("utf-8"):
        text = "read as {encoding} text"
        remarks = (Remark.of("encoding", text, encoding=encoding.upper()),)
    with lines.opened(path, encoding) as opened:
        heads = list(islice(opened, _MAX_TITLE_ROWS))
    for separator in lines.SEPARATORS:
        rows = list(lines.heading_rows(heads, separator))
        for number, (end, headings) in enumerate(rows, start=1):
            if (form := fitting(path, headings, forms, mapping)) is None:
                continue

            def records(
                number: int = number,
                end: int = end,
                separator: str = separator,
                width: int = len(headings),
            ) -> _Numbered:
                with lines.opened(path, encoding) as opened:
                    found = lines.records(islice(opened, end, None), separator, width=width)
                    yield from enumerate(found, start=number + 1)

            titles = [cells for _, cells in rows[: number - 1]]
            return _table(path, form, headings, mapping, remarks, titles, records)
    first = next((line for line in heads if line.strip()), "")
    if first.lstrip().startswith("<"):
        text = (
            "it is a web page under a spreadsheet's name; open it, and save it as .xlsx or as CSV"
        )
        raise Unreadable(path, "markup", text)
    raise _unknown(path, first, forms)


def _book(
    path: Path, sheet: str | None, forms: Sequence[Form], mapping: Mapping[str, str]
) -> Table:
    first = list(islice(workbook.rows_of(path, sheet), _MAX_TITLE_ROWS))
    for n, (at, row) in enumerate(first):
        headings = tuple(" ".join(name.split()) for name in row)
        if (form := fitting(path, headings, forms, mapping)) is None:
            continue
        if any(fitting(path, each, [form], mapping) for _, each in first[n + 1 : n + 2]):
            continue  # headings merged over two rows: the lower ones say more

        def records(at: int = at) -> _Numbered:
            yield from (
                (number, row) for number, row in workbook.rows_of(path, sheet) if number > at
            )

        titles = [each for _, each in first[:n]]
        return _table(path, form, headings, mapping, (), titles, records)
    sheets = workbook.names_of(path) if sheet is None else []
    raise _unknown(path, ", ".join(first[0][1]) if first else "", forms, sheets)


def _table(
    path: Path,
    form: Form,
    headings: Sequence[str],
    mapping: Mapping[str, str],
    remarks: tuple[Remark, ...],
    titles: Sequence[Sequence[str]],
    records: Callable[[], _Numbered],
) -> Table:
    places = places_of(headings, form, mapping)
    taken = set(places.values())
    return Table(
        path=path,
        form=form,
        ignored=tuple(name for at, name in enumerate(headings) if at not in taken and name),
        remarks=remarks,
        dates={},
        headings={name: headings[at] for name, at in places.items()},
        titles=tuple(cell.strip() for row in titles for cell in row if cell.strip()),
        _places=places,
        _width=len(headings),
        _records=lambda: (each for each in records() if any(each[1])),
    )


def _with_dates(table: Table) -> Table:
    dates = {
        column.name: settle(row.values[column.name] for row in table if row.broken is None)
        for column in table.form.columns
        if column.is_date
    }
    remarks = tuple(
        Remark(
            code=each.remark.code,
            text=f"{name}: {each.remark.text}",
            values={**each.remark.values, "column": table.headings.get(name, name)},
        )
        for name, each in dates.items()
        if each.remark is not None
    )
    return Table(**{**vars(table), "dates": dates, "remarks": (*table.remarks, *remarks)})


def _unknown(
    path: Path, found: str, forms: Sequence[Form], sheets: Sequence[str] = ()
) -> Unreadable:
    """Return what was found and expected; of `sheets` the first that has any rows was read."""
    needed = {
        form.name: ", ".join(called(column) for column in form.columns if column.required)
        for form in forms
    }
    others = (
        f"its sheets are: {', '.join(sheets)}; --sheet NAME reads another than the first\n"
        if len(sheets) > 1
        else ""
    )
    return Unreadable(
        path,
        "unknown_columns",
        "unknown columns: {found}\n{others}expected the columns of one of these, others beside "
        "them do no harm; --map FIELD=COLUMN names one that is called otherwise:\n{expected}",
        found=found.strip().strip(", ")[:_MAX_SHOWN],
        others=others,
        expected="\n".join(f"  {name}: {columns}" for name, columns in needed.items()),
        needed=" / ".join(needed.values()),
    )


def _written(cell: str) -> str:
    """Return the text of a cell; what cannot be printed is a blank in it."""
    value = without_mark(cell)
    if value.isprintable():
        return value
    return "".join(
        character if character.isprintable() or character == "\n" else " " for character in value
    )
