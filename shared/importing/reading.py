"""A file read by its form, all of it: the rows that are good, and what is wrong with the others."""

from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path

from shared.importing.filling import fill_down
from shared.importing.form import ImportForm, Kind
from shared.importing.outcome import MAX_PROBLEMS, WHOLE_ROW, Problem
from shared.importing.rooms import (
    LostZeros,
    lost_zeros,
    lost_zeros_of_numbers,
    read_code,
    read_room,
)
from shared.importing.rows import SheetRow
from shared.importing.values import Value, read_value
from shared.remarks import Remark, WrongValue
from shared.sheets import Row, Table, Unreadable, open_table

MAX_ROWS = 250_000
_MAX_SHOWN_ROWS = 5
_MAX_UNKNOWN_COLUMNS = 200


@dataclass(kw_only=True)
class Reading:
    """What a file has: `good` rows in the order of their group, and problems by row; of these no
    more than `MAX_PROBLEMS` are named.
    """

    table: Table
    rows: int = 0
    good: list[SheetRow] = field(default_factory=list)
    bad: int = 0
    problems: list[Problem] = field(default_factory=list)
    unlisted: int = 0
    remarks: list[Remark] = field(default_factory=list)
    """What was guessed of the file."""


def read_file(
    path: Path, form: ImportForm, *, mapping: Mapping[str, str], sheet: str | None
) -> Reading:
    """Read every row of the file. Raises Unreadable."""
    _demand_fields(path, form, mapping)
    table = open_table(path, [form.sheet_form()], mapping=mapping, sheet=sheet)
    missing = sorted(said for name, said in mapping.items() if name not in table.headings)
    if missing:
        raise Unreadable(
            path, "no_column", "it has no column {columns}", columns=", ".join(missing)
        )
    if len(table.ignored) > _MAX_UNKNOWN_COLUMNS:
        raise Unreadable(
            path,
            "too_many_columns",
            "it has {columns} columns that a list of {form} does not have, and may have {most}: "
            "take them out",
            columns=len(table.ignored),
            form=form.name,
            most=_MAX_UNKNOWN_COLUMNS,
        )
    return _Read(table, form).all()


class _Read:
    def __init__(self, table: Table, form: ImportForm) -> None:
        self._table, self._form = table, form
        self._reading = Reading(table=table, remarks=list(table.remarks))
        self._filled: dict[str, list[str]] = {}
        self._doubtful: dict[str, frozenset[int]] = {}
        self._zeros: dict[str, LostZeros] = {}
        self._rows_of: dict[tuple[Value, ...], list[int]] = defaultdict(list)

    def all(self) -> Reading:
        self._look_at_columns()
        reading = self._reading
        good = []
        for n, row in enumerate(self._table):
            values: dict[str, Value] = {}
            problems = list(self._problems_of(n, row, values))
            if problems:
                self._note(problems)
                continue
            key = tuple(values[name] for name in self._form.key)
            if any(part is not None for part in key):
                self._rows_of[key].append(row.number)
            good.append(SheetRow(row.number, values))
        reading.good = [row for row in good if self._is_single(row)]
        if self._form.group:
            reading.good.sort(key=self._group_of)
        reading.problems.sort(key=lambda problem: problem.row)
        return reading

    def _look_at_columns(self) -> None:
        """Look at all rows for what one row does not tell: which blanks stand for the value above
        them, and what may have lost a zero.
        """
        fields = self._form.fields
        looked_at = [f for f in fields if f.fills_down or f.kind in (Kind.ROOM, Kind.ID)]
        columns: dict[str, list[str]] = {each.name: [] for each in looked_at}
        known: dict[str, str] = {}
        for row in islice(self._table, MAX_ROWS + 1):
            self._reading.rows += 1
            for name, column in columns.items():
                value = " ".join(row.values.get(name, "").split())
                column.append(known.setdefault(value, value))
        if self._reading.rows > MAX_ROWS:
            raise Unreadable(
                self._table.path,
                "too_many_rows",
                "it has more than {most} rows; split it into several files",
                most=MAX_ROWS,
            )
        within: list[tuple[str, ...]] = [()] * self._reading.rows
        for each in looked_at:
            if each.fills_down and each.name in self._table.headings:
                filled, doubtful = fill_down(columns[each.name], within)
                self._filled[each.name], self._doubtful[each.name] = filled, doubtful
                within = [(*outer, value) for outer, value in zip(within, filled, strict=True)]
            if each.kind is Kind.ROOM:
                zeros, asked = lost_zeros(_codes(columns[each.name], read_room))
                if zeros is not None:
                    self._zeros[each.name] = zeros
                if asked is not None:
                    self._ask_for_zeros(each.name, *asked)
            elif each.kind is Kind.ID:
                numbers = lost_zeros_of_numbers(_codes(columns[each.name], read_code))
                if numbers is not None:
                    self._zeros[each.name] = numbers

    def _ask_for_zeros(self, name: str, short: str, long: str) -> None:
        self._reading.remarks.append(
            Remark.of(
                "room_lengths",
                "{column}: rooms have three digits and four ({short}, {long}): taken as they are; "
                "if {short} was 0{short}, format the column as text and write the zeros",
                column=self._table.headings[name],
                short=short,
                long=long,
            )
        )

    def _problems_of(self, n: int, row: Row, values: dict[str, Value]) -> Iterator[Problem]:
        """Read the row into `values`; yield what is wrong with it."""
        if row.broken is not None:
            yield Problem.of(row.broken, row=row.number, column=WHOLE_ROW, value=row.raw)
            return
        for each in self._form.fields:
            text = self._filled[each.name][n] if each.name in self._filled else ""
            text = text or row.values[each.name]
            column = self._table.headings.get(each.name, each.headings[0])
            try:
                if n in self._doubtful.get(each.name, ()):
                    raise WrongValue(
                        "doubtful_blank",
                        "is blank, and the value above it may not be meant: write it in every row",
                    )
                value = read_value(each, text, self._table.dates)
                if value is None and each.filled:
                    raise WrongValue("missing", "is missing")
                if each.name in self._zeros:
                    self._zeros[each.name].demand_zeros(str(value))
                values[each.name] = value
            except WrongValue as wrong:
                yield Problem.of(wrong.remark, row=row.number, column=column, value=text)

    def _is_single(self, row: SheetRow) -> bool:
        """Return whether no other row has its key; note the problem of one that has."""
        numbers = self._rows_of.get(tuple(row.values[name] for name in self._form.key), ())
        if len(numbers) < 2:
            return True
        # no more of them than are shown: all rows of a file may have one key
        shown = islice((n for n in numbers if n != row.number), _MAX_SHOWN_ROWS + 1)
        others = [str(number) for number in shown]
        rows = ", ".join(others[:_MAX_SHOWN_ROWS])
        last = next(each for each in reversed(self._form.key) if row.values[each] is not None)
        said = " ".join(str(row.values[n]) for n in self._form.key if row.values[n] is not None)
        if len(others) > _MAX_SHOWN_ROWS:
            twice = Remark.of(
                "twice_and_more",
                "stands there more than once: in row {rows} and others too",
                rows=rows,
            )
        else:
            twice = Remark.of("twice", "stands there more than once: in row {rows} too", rows=rows)
        column = self._table.headings.get(last, last)
        self._note([Problem.of(twice, row=row.number, column=column, value=said)])
        return False

    def _note(self, problems: Sequence[Problem]) -> None:
        """Count a bad row, and name its problems while there is room."""
        reading = self._reading
        reading.bad += 1
        room = MAX_PROBLEMS - len(reading.problems)
        reading.problems += problems[:room]
        reading.unlisted += max(0, len(problems) - room)

    def _group_of(self, row: SheetRow) -> tuple[str, int]:
        return row.group(self._form.group), row.number


def _codes(texts: Sequence[str], read: Callable[[str], str]) -> Iterator[str]:
    for text in dict.fromkeys(texts):
        try:
            yield read(text)
        except WrongValue:
            continue


def _demand_fields(path: Path, form: ImportForm, mapping: Mapping[str, str]) -> None:
    known = [each.name for each in form.fields]
    unknown = sorted(set(mapping) - set(known))
    if unknown:
        raise Unreadable(
            path,
            "no_field",
            "{form} have no field {fields}; theirs are {known}",
            form=form.name,
            fields=", ".join(unknown),
            known=", ".join(known),
        )
