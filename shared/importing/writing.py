"""Templates of a form, and problems of a list, as files."""

import csv
from collections.abc import Iterable, Mapping, Sequence
from io import BytesIO, StringIO
from typing import Any

from shared.importing.form import Field, ImportForm, Kind
from shared.importing.outcome import Problem
from shared.importing.values import Value
from shared.sheets.marks import as_text

_ROWS_WITH_LISTS = 5000
_AS_TEXT = frozenset({Kind.TEXT, Kind.ID, Kind.ROOM, Kind.PHONE, Kind.EMAIL, Kind.CHOICE})
"""What a spreadsheet is to leave as it is typed."""
_MAX_LIST_CHARS = 255
"""Of all entries of a list, in a workbook."""
Example = Mapping[str, Value | tuple[str, str]]
"""A row by its fields; words in Chinese and English, as headings are."""


def template_csv(form: ImportForm, example: Example, *, language: str) -> bytes:
    """Return the form's headings and an example row, as UTF-8 with a mark."""
    fields = _shown(form)
    cells = ["" if (v := _value(example, f, language)) is None else str(v) for f in fields]
    return _csv([[_heading(each, language) for each in fields], cells])


def template_xlsx(form: ImportForm, example: Example, *, language: str) -> bytes:
    """Return the same as a workbook, whose cells are text where a spreadsheet would make numbers or
    dates of them, with a list to choose from where there is one, and limits of numbers.
    """
    import xlsxwriter  # 15 MB of a service, for what is asked for now and then

    file = BytesIO()
    with xlsxwriter.Workbook(file, {"in_memory": True}) as book:
        sheet = book.add_worksheet()
        heading, text = book.add_format({"bold": True}), book.add_format({"num_format": "@"})
        sheet.freeze_panes(1, 0)
        for n, each in enumerate(_shown(form)):
            sheet.set_column(n, n, 16, text if each.kind in _AS_TEXT else None)
            sheet.write_string(0, n, _heading(each, language), heading)
            value = _value(example, each, language)
            if isinstance(value, int | float) and not isinstance(value, bool):
                sheet.write_number(1, n, value)
            elif value is not None:
                sheet.write_string(1, n, str(value), text if each.kind in _AS_TEXT else None)
            if (validation := _validation(each, language)) is not None:
                sheet.data_validation(1, n, _ROWS_WITH_LISTS, n, validation)
    return file.getvalue()


def problems_csv(problems: Iterable[Problem]) -> bytes:
    """Return the problems with a heading, one a line, as UTF-8 with a mark; a cell that a
    spreadsheet would calculate is a text.
    """
    rows = [[str(p.row), *map(as_text, (p.column, p.value, p.why))] for p in problems]
    return _csv([["row", "column", "value", "why"], *rows])


def _shown(form: ImportForm) -> list[Field]:
    return [each for each in form.fields if each.in_template]


def _csv(rows: Sequence[Sequence[str]]) -> bytes:
    text = StringIO()
    csv.writer(text).writerows(rows)
    return text.getvalue().encode("utf-8-sig")


def _heading(field: Field, language: str) -> str:
    chinese, english, *_ = field.headings
    return chinese if language.startswith("zh") else english


def _value(example: Example, field: Field, language: str) -> Value:
    value = example.get(field.name)
    if not isinstance(value, tuple):
        return value
    chinese, english = value
    return chinese if language.startswith("zh") else english


def _validation(field: Field, language: str) -> Mapping[str, Any] | None:
    """Return what a spreadsheet lets be typed in the column; None for anything."""
    if entries := _entries(field, language):
        return {"validate": "list", "source": entries}
    if field.least is None or field.most is None:
        return None
    kind = "integer" if field.kind is Kind.WHOLE else "decimal"
    between = {"criteria": "between", "minimum": field.least, "maximum": field.most}
    return {"validate": kind, **between}


def _entries(field: Field, language: str) -> list[str]:
    """Return what may be chosen in a cell, each once, in the language."""
    if field.kind is Kind.FLAG:
        return ["是", "否"] if language.startswith("zh") else ["yes", "no"]
    wants_chinese = language.startswith("zh")
    found: dict[str, str] = {}
    for said, meaning in field.choices.items():
        if said.isascii() != wants_chinese:
            found.setdefault(meaning, said)
    entries = list(found.values())
    return entries if len(",".join(entries)) <= _MAX_LIST_CHARS else []
