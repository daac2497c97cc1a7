"""From a file to requests: its layout, what each row says, and which rows cannot be played."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from demo import baltimore, chicago, compound_layout, houston, new_york, san_francisco
from demo.requests import BadRow, BadValue, Layout, Request
from shared.sheets import Row, Table, open_table

LAYOUTS: tuple[Layout, ...] = (
    san_francisco.LAYOUT,
    houston.LAYOUT,
    baltimore.LAYOUT,
    new_york.LAYOUT,
    chicago.LAYOUT,
    compound_layout.LAYOUT,
)
MAX_VALUE_CHARS = 80
"""Characters shown of a bad value."""


@dataclass(kw_only=True)
class Reading:
    """A file being read: iterate over it for its requests; counts hold as far as it was read."""

    table: Table
    layout: Layout
    rows: int = 0
    good: int = 0
    bad: list[BadRow] = field(default_factory=list)

    @property
    def path(self) -> Path:
        return self.table.path

    def __iter__(self) -> Iterator[Request]:
        """Read from the start, row by row. Raises Unreadable."""
        self.rows, self.good = 0, 0
        self.bad.clear()
        for row in self.table:
            self.rows += 1
            try:
                request = self.layout.read(self._values(row), row.number)
            except BadValue as bad:
                shown = bad.value[:MAX_VALUE_CHARS]
                self.bad.append(BadRow(row=row.number, column=bad.column, value=shown, why=bad.why))
                continue
            self.good += 1
            yield request

    def _values(self, row: Row) -> Mapping[str, str]:
        """Return the row's values, dates as ISO 8601. Raises BadValue."""
        if row.broken is not None:
            raise BadValue("(whole row)", row.raw, row.broken.text)
        values = dict(row.values)
        for name, dates in self.table.dates.items():
            try:
                values[name] = dates.read(values[name]).isoformat(sep=" ")
            except ValueError as error:
                raise BadValue(name, values[name], str(error)) from None
        return values


def read_requests(
    path: Path, *, mapping: Mapping[str, str] | None = None, sheet: str | None = None
) -> Reading:
    """Find the layout by the headings; `mapping` says, by field, which heading it has, `sheet`
    which sheet of a workbook is meant. Raises Unreadable with what was expected.
    """
    layouts = {layout.form.name: layout for layout in LAYOUTS}
    forms = [layout.form for layout in LAYOUTS]
    table = open_table(path, forms, mapping=mapping, sheet=sheet)
    return Reading(table=table, layout=layouts[table.form.name])
