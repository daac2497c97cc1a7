"""From a file to requests: its layout, what each row says, and which rows cannot be played."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from demo import compound_layout, csv_records, houston, san_francisco
from demo.requests import BadRow, BadValue, Layout, Request, UnreadableFile

LAYOUTS: tuple[Layout, ...] = (san_francisco.LAYOUT, houston.LAYOUT, compound_layout.LAYOUT)
MAX_VALUE_CHARS = 80
"""Characters shown of a bad value."""


@dataclass(kw_only=True)
class Reading:
    """A file being read: iterate over it for its requests; counts hold as far as it was read."""

    path: Path
    layout: Layout
    separator: str
    rows: int = 0
    good: int = 0
    bad: list[BadRow] = field(default_factory=list)

    def __iter__(self) -> Iterator[Request]:
        """Read from the start, row by row. Raises UnreadableFile."""
        self.rows, self.good = 0, 0
        self.bad.clear()
        with csv_records.opened(self.path) as lines:
            columns = csv_records.header(_header_line(lines), self.separator)
            records = csv_records.records(lines, self.separator, width=len(columns))
            for number, record in enumerate(records, start=2):
                if not any(record):
                    continue
                self.rows += 1
                try:
                    request = self.layout.read(_row(columns, record), number)
                except BadValue as bad:
                    shown = bad.value[:MAX_VALUE_CHARS]
                    self.bad.append(BadRow(row=number, column=bad.column, value=shown, why=bad.why))
                    continue
                self.good += 1
                yield request


def read_requests(path: Path) -> Reading:
    """Find the layout from the first line. Raises UnreadableFile with what was expected."""
    with csv_records.opened(path) as lines:
        line = _header_line(lines)
    for separator in csv_records.SEPARATORS:
        found = csv_records.header(line, separator)
        for layout in LAYOUTS:
            if set(layout.columns) <= set(found):
                if repeated := sorted({name for name in layout.columns if found.count(name) > 1}):
                    raise UnreadableFile(
                        f"{path}: the column {', '.join(repeated)} stands there more than once"
                    )
                return Reading(path=path, layout=layout, separator=separator)
    expected = "\n".join(f"  {layout.name}: {', '.join(layout.columns)}" for layout in LAYOUTS)
    raise UnreadableFile(
        f"{path}: unknown columns: {line[:300]}\n"
        f"expected the columns of one of these, others beside them do no harm:\n{expected}"
    )


def _header_line(lines: Iterator[str]) -> str:
    return next(line for line in lines if line.strip()).rstrip("\r\n")


def _row(
    columns: tuple[str, ...], record: list[str] | csv_records.BrokenRecord
) -> Mapping[str, str]:
    if isinstance(record, csv_records.BrokenRecord):
        raise BadValue("(whole row)", record, "its quotes do not add up")
    if len(record) < len(columns) or any(record[len(columns) :]):
        why = f"has {len(record)} values for {len(columns)} columns"
        raise BadValue("(whole row)", ",".join(record), why)
    return {name: _printable(value) for name, value in zip(columns, record, strict=False)}


def _printable(value: str) -> str:
    return "".join(
        character if character.isprintable() or character == "\n" else " " for character in value
    )
