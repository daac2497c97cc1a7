"""From a file to requests: which layout it has, what each row says, and which rows cannot be
played.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from fettle.demo import compound_layout, houston, records, san_francisco
from fettle.demo.requests import BadRow, BadValue, Layout, Request, UnreadableFile

LAYOUTS: tuple[Layout, ...] = (san_francisco.LAYOUT, houston.LAYOUT, compound_layout.LAYOUT)
LONGEST_VALUE = 80
"""Of a bad value so many characters are shown."""


@dataclass(kw_only=True)
class Reading:
    """A file being read: iterate over it for its requests; the counts are right as far as it was
    read.
    """

    path: Path
    layout: Layout
    separator: str
    rows: int = 0
    good: int = 0
    bad: list[BadRow] = field(default_factory=list)

    def __iter__(self) -> Iterator[Request]:
        """Reads from the start, row by row. Raises UnreadableFile."""
        self.rows, self.good = 0, 0
        self.bad.clear()
        with records.opened(self.path) as lines:
            columns = records.header(_header_line(lines), self.separator)
            for number, record in enumerate(
                records.records(lines, self.separator, width=len(columns)), start=2
            ):
                if not any(record):
                    continue
                self.rows += 1
                try:
                    request = self.layout.read(_row(columns, record), number)
                except BadValue as bad:
                    self.bad.append(
                        BadRow(
                            row=number,
                            column=bad.column,
                            value=bad.value[:LONGEST_VALUE],
                            why=bad.why,
                        )
                    )
                    continue
                self.good += 1
                yield request


def read_requests(path: Path) -> Reading:
    """Finds the layout from the first line.

    Raises UnreadableFile, saying what was found and what was expected.
    """
    with records.opened(path) as lines:
        line = _header_line(lines)
    for separator in records.SEPARATORS:
        found = records.header(line, separator)
        for layout in LAYOUTS:
            if set(layout.columns) <= set(found):
                if repeated := sorted({name for name in layout.columns if found.count(name) > 1}):
                    raise UnreadableFile(
                        f"{path}: the column {', '.join(repeated)} stands there more than once"
                    )
                return Reading(path=path, layout=layout, separator=separator)
    expected = "\n".join(f"  {layout.name}: {', '.join(layout.columns)}" for layout in LAYOUTS)
    raise UnreadableFile(
        f"{path}: unknown columns: {line[:300]}\nexpected the columns of one of these, others "
        f"beside them do no harm:\n{expected}"
    )


def _header_line(lines: Iterator[str]) -> str:
    return next(line for line in lines if line.strip()).rstrip("\r\n")


def _row(columns: tuple[str, ...], record: list[str] | records.BrokenRecord) -> Mapping[str, str]:
    if isinstance(record, records.BrokenRecord):
        raise BadValue("(whole row)", record, "its quotes do not add up")
    if len(record) < len(columns) or any(record[len(columns) :]):
        raise BadValue(
            "(whole row)", ",".join(record), f"has {len(record)} values for {len(columns)} columns"
        )
    return {name: _printable(value) for name, value in zip(columns, record, strict=False)}


def _printable(value: str) -> str:
    return "".join(
        character if character.isprintable() or character == "\n" else " " for character in value
    )
