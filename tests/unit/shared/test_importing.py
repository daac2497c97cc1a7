"""Lists as people and spreadsheets leave them: what is read, what is asked, and what is refused."""

import csv
import zipfile
from collections.abc import Mapping, Sequence
from datetime import datetime
from io import BytesIO, StringIO
from pathlib import Path

import pytest

from shared.importing.form import Field, ImportForm, Kind
from shared.importing.outcome import MAX_PROBLEMS, Problem
from shared.importing.reading import Reading, read_file
from shared.importing.values import Value, read_value
from shared.importing.writing import problems_csv, template_csv, template_xlsx
from shared.remarks import Remark, WrongValue
from shared.sheets import Unreadable
from shared.sheets.dates import Dates
from tests.support.workbooks import Cell, write_workbook

PLACES = ImportForm(
    name="places",
    fields=(
        Field(name="building", headings=("楼栋", "Building", "栋"), filled=True, fills_down=True),
        Field(name="entrance", headings=("单元", "Entrance"), fills_down=True),
        Field(name="room", headings=("房号", "Room"), kind=Kind.ROOM, needed=True, filled=True),
        Field(name="area", headings=("面积", "Area"), kind=Kind.NUMBER, least=1, most=9999),
        Field(name="let", headings=("出租", "Let"), kind=Kind.FLAG),
        Field(
            name="use",
            headings=("用途", "Use"),
            kind=Kind.CHOICE,
            choices={"住宅": "home", "home": "home", "商铺": "shop", "shop": "shop"},
        ),
        Field(name="since", headings=("入住日期", "Since"), kind=Kind.DATE),
    ),
    key=("building", "entrance", "room"),
)


def _field(kind: Kind) -> Field:
    return Field(name="it", headings=("它", "It"), kind=kind)


def _read(kind: Kind, text: str) -> Value:
    return read_value(_field(kind), text, {"it": Dates()})


def _a_file(folder: Path, text: str, encoding: str = "utf-8") -> Path:
    path = folder / "list.csv"
    path.write_bytes(text.encode(encoding))
    return path


def _reading(path: Path, form: ImportForm = PLACES, **mapping: str) -> Reading:
    return read_file(path, form, mapping=mapping, sheet=None)


def _rows(reading: Reading, *names: str) -> list[list[Value]]:
    return [[row.values[name] for name in names] for row in reading.good]


def _said(problems: Sequence[Problem]) -> list[tuple[int, str, str]]:
    return [(each.row, each.column, each.value) for each in problems]


@pytest.mark.parametrize(
    ("kind", "text", "value"),
    [
        (Kind.ROOM, "1202", "1202"),
        (Kind.ROOM, "1202.0", "1202"),
        (Kind.ROOM, "１２０２", "1202"),
        (Kind.ROOM, "１ － １２０２", "1-1202"),
        (Kind.ROOM, "0101", "0101"),
        (Kind.ROOM, "B12", "B12"),
        (Kind.ROOM, "marina-12", "marina-12"),
        (Kind.ID, "1001.0", "1001"),
        (Kind.ID, "DEC-1024", "DEC-1024"),
        (Kind.ID, "2026-1-15", "2026-1-15"),
        (Kind.ID, "Ｗ０１", "W01"),
        (Kind.NUMBER, "89.50㎡", 89.5),
        (Kind.NUMBER, "１,２３４.５ 平方米", 1234.5),
        (Kind.WHOLE, "3.0", 3),
        (Kind.FLAG, "√", True),
        (Kind.FLAG, "×", False),
        (Kind.FLAG, "是", True),
        (Kind.FLAG, "Ｎ", False),
        (Kind.DATE, "2026年1月5日", "2026-01-05"),
        (Kind.DATE, "2026/1/5", "2026-01-05"),
        (Kind.DATE, "46027", "2026-01-05"),
        (Kind.MOMENT, "2026-01-05 08:30", "2026-01-05T08:30:00"),
        (Kind.PHONE, "138 0013 8000", "+8613800138000"),
        (Kind.PHONE, "13800138000.0", "+8613800138000"),
        (Kind.PHONE, "８６-138-0013-8000", "+8613800138000"),
        (Kind.PHONE, "021-6000 1234", "+862160001234"),
        (Kind.PHONE, "+852 2123 4567", "+85221234567"),
        (Kind.PHONE, "00 44 20 7946 0000", "+442079460000"),
        (Kind.EMAIL, "wang＠example.com", "wang@example.com"),
        (Kind.TEXT, "  王  小明 ", "王 小明"),
        (Kind.TEXT, " \t", None),
    ],
)
def test_a_cell_is_read_however_it_was_written(kind: Kind, text: str, value: Value) -> None:
    assert _read(kind, text) == value


@pytest.mark.parametrize(
    ("kind", "text", "words"),
    [
        (Kind.ROOM, "1月2日", "made a date"),
        (Kind.ROOM, "2-Jan", "made a date"),
        (Kind.ROOM, "Jan-02", "made a date"),
        (Kind.ROOM, "2026-01-02 00:00:00", "made a date"),
        (Kind.ROOM, "2026/1/2", "made a date"),
        (Kind.ROOM, "1/2/2026", "made a date"),
        (Kind.ROOM, "2026.1.2", "made a date"),
        (Kind.ID, "1月2日", "made a date"),
        (Kind.ID, "3.10104E+17", "shortened"),
        (Kind.ID, "２-Jan", "made a date"),
        (Kind.ID, "Jan-02", "made a date"),
        (Kind.ID, "2026-01-02 00:00:00", "made a date"),
        (Kind.ROOM, "01:02:00", "made a date"),
        (Kind.ROOM, "1.2E+10", "shortened"),
        (Kind.NUMBER, "about 90", "no number"),
        (Kind.NUMBER, "1e9", "no number"),
        (Kind.NUMBER, "9" * 40, "no number"),
        (Kind.WHOLE, "1.5", "no whole number"),
        (Kind.FLAG, "maybe", "neither yes nor no"),
        (Kind.DATE, "2026-02-30", "write it as 2026-01-31"),
        (Kind.DATE, "spring", "write it as 2026-01-31"),
        (Kind.PHONE, "1.38E+10", "shortened"),
        (Kind.PHONE, "13800138000/13900139000", "several numbers"),
        (Kind.PHONE, "1380013800", "no number in China"),
        (Kind.PHONE, "call me", "no telephone number"),
        (Kind.PHONE, "١٣٨٠٠١٣٨٠٠٠", "no telephone number"),
        (Kind.EMAIL, "wang@localhost", "no e-mail address"),
        (Kind.TEXT, "x" * 201, "200 are the most"),
    ],
)
def test_a_cell_that_cannot_be_told_is_refused_with_what_to_do(
    kind: Kind, text: str, words: str
) -> None:
    with pytest.raises(WrongValue, match=words):
        _read(kind, text)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
def test_a_list_is_found_under_titles_and_other_names(tmp_path: Path, encoding: str) -> None:
    text = (
        "阳光花园 房屋台账,,\n\n栋,房号,面积,业主\n"
        "3,101.0,89.5,王\n3,１０２,90,李\n3,1月2日,90,赵\n"
    )

    reading = _reading(_a_file(tmp_path, text, encoding))

    assert _rows(reading, "building", "room", "area") == [["3", "101", 89.5], ["3", "102", 90.0]]
    assert _said(reading.problems) == [(6, "房号", "1月2日")]
    assert (reading.rows, reading.bad) == (3, 1)
    assert reading.table.ignored == ("业主",)


def test_a_number_of_which_a_workbook_has_lost_digits_is_asked(tmp_path: Path) -> None:
    rows: list[list[Cell]] = [["栋", "房号"], ["3", 310104199001011234], ["3", 310104199001011]]

    reading = _reading(write_workbook(tmp_path / "a.xlsx", {"a": rows}))

    assert _rows(reading, "room") == [["310104199001011"]]
    assert [(each.row, each.code) for each in reading.problems] == [(2, "shortened")]


def test_cells_that_a_workbook_merged_are_filled_down(tmp_path: Path) -> None:
    path = write_workbook(
        tmp_path / "places.xlsx",
        {
            "Sheet1": [
                ["楼栋", "单元", "房号"],
                ["3", "1", 101],
                [None, None, "１０２"],
                [None, "2", datetime(2026, 1, 2)],  # noqa: DTZ001 - what Excel made of 1-2
                ["5", None, 201],
            ]
        },
        merged=["A2:A4", "B2:B3"],
    )

    reading = _reading(path)

    assert _rows(reading, "building", "entrance", "room") == [
        ["3", "1", "101"],
        ["3", "1", "102"],
        ["5", None, "201"],
    ]
    assert _said(reading.problems) == [(4, "房号", "2026-01-02")]


def test_a_sheet_that_begins_further_down_is_counted_and_filled_where_it_stands(
    tmp_path: Path,
) -> None:
    rows: list[list[Cell]] = [
        [None] * 4,
        [None] * 4,
        [None, None, "楼栋", "房号"],
        [None, None, "3", 101],
        [None, None, None, 102],
        [None] * 4,
        [None, None, "5", "1月2日"],
    ]

    reading = _reading(write_workbook(tmp_path / "a.xlsx", {"a": rows}, merged=["C4:C5"]))

    assert [(row.number, row.values["building"]) for row in reading.good] == [(4, "3"), (5, "3")]
    assert _said(reading.problems) == [(7, "房号", "1月2日")]


def test_blanks_that_can_only_be_merged_cells_are_filled_down(tmp_path: Path) -> None:
    text = "楼栋,单元,房号\n3,1,101\n,,102\n,2,101\n5,1,101\n,2,101\n"

    reading = _reading(_a_file(tmp_path, text))

    assert [" ".join(map(str, row)) for row in _rows(reading, "building", "entrance", "room")] == [
        "3 1 101",
        "3 1 102",
        "3 2 101",
        "5 1 101",
        "5 2 101",
    ]
    assert reading.problems == []


@pytest.mark.parametrize(
    ("text", "bad"),
    [
        (
            "楼栋,房号\n3,101\n,102\n3,103\n",
            [3],
        ),  # where it stands in every row, a blank is missing
        ("楼栋,房号\n,101\n3,102\n", [2]),
        ("楼栋,单元,房号\n3,1,101\n3,,102\n3,1,103\n", [3]),
    ],
)
def test_blanks_that_may_be_something_else_are_asked(
    tmp_path: Path, text: str, bad: Sequence[int]
) -> None:
    reading = _reading(_a_file(tmp_path, text))

    assert [problem.row for problem in reading.problems] == bad


def test_a_room_that_may_have_lost_its_zero_is_asked(tmp_path: Path) -> None:
    reading = _reading(_a_file(tmp_path, "楼栋,房号\n3,0101\n3,102\n3,1203\n"))

    assert _rows(reading, "room") == [["0101"], ["1203"]]
    (problem,) = reading.problems
    assert (problem.row, problem.column, problem.value) == (3, "房号", "102")
    assert "0102" in problem.why


def test_a_number_that_may_have_lost_its_zeros_is_asked(tmp_path: Path) -> None:
    form = ImportForm(
        name="crew",
        fields=(Field(name="id", headings=("工号", "Id"), kind=Kind.ID, needed=True),),
    )

    reading = _reading(_a_file(tmp_path, "工号\n0012\n13.0\nW9\n1234\n12345\n"), form)

    assert _rows(reading, "id") == [["0012"], ["W9"], ["1234"], ["12345"]]
    assert _said(reading.problems) == [(3, "工号", "13.0")]
    assert "0013" in reading.problems[0].why


def test_rooms_of_three_and_four_digits_are_a_question_and_no_fault(tmp_path: Path) -> None:
    reading = _reading(_a_file(tmp_path, "楼栋,房号\n3,901\n3,1001\n"))

    assert reading.problems == []
    assert [each for each in reading.remarks if "0901" in each.text]


def test_rows_of_one_key_are_bad_both(tmp_path: Path) -> None:
    reading = _reading(_a_file(tmp_path, "楼栋,房号\n3,101\n3,102\n3,１０１\n"))

    assert _rows(reading, "room") == [["102"]]
    assert [(each.row, each.value) for each in reading.problems] == [(2, "3 101"), (4, "3 101")]
    assert "row 4" in reading.problems[0].why
    assert "row 2" in reading.problems[1].why


def test_no_more_problems_are_named_than_can_be_read(tmp_path: Path) -> None:
    rows = "".join("3,1月2日\n" for _ in range(MAX_PROBLEMS + 7))

    reading = _reading(_a_file(tmp_path, f"楼栋,房号\n{rows}"))

    assert (reading.bad, len(reading.problems), reading.unlisted) == (1007, 1000, 7)


def test_rows_that_belong_together_come_together(tmp_path: Path) -> None:
    form = ImportForm(
        name="homes",
        fields=(
            Field(name="phone", headings=("电话", "Phone"), kind=Kind.PHONE, needed=True),
            Field(name="room", headings=("房号", "Room"), needed=True),
        ),
        group=("phone",),
    )
    text = "电话,房号\n13800138000,1\n13800138001,2\n138 0013 8000,3\n"

    reading = _reading(_a_file(tmp_path, text), form)

    assert [row.values["room"] for row in reading.good] == ["1", "3", "2"]


def test_a_column_is_named_by_hand(tmp_path: Path) -> None:
    path = _a_file(tmp_path, "楼栋,门牌\n3,101\n")

    assert _rows(_reading(path, room=" 门 牌 "), "room") == [["101"]]
    with pytest.raises(Unreadable, match="expected the columns"):
        _reading(path)
    with pytest.raises(Unreadable, match="no field rom; theirs are building"):
        _reading(path, rom="门牌")
    with pytest.raises(Unreadable, match="no column 面"):
        _reading(path, room="门牌", area="面")


def _examples() -> Mapping[str, Value]:
    return {
        "building": "3",
        "entrance": "1",
        "room": "0101",
        "area": 89.5,
        "let": "否",
        "use": "住宅",
        "since": "2026-01-05",
    }


@pytest.mark.parametrize("language", ["zh-CN", "en"])
@pytest.mark.parametrize("format", ["csv", "xlsx"])
def test_a_template_is_read_as_it_is(tmp_path: Path, language: str, format: str) -> None:
    write = template_csv if format == "csv" else template_xlsx
    path = tmp_path / f"list.{format}"
    path.write_bytes(write(PLACES, _examples(), language=language))

    reading = _reading(path)

    assert reading.problems == []
    assert _rows(reading, "building", "entrance", "room", "area", "let", "use", "since") == [
        ["3", "1", "0101", 89.5, False, "home", "2026-01-05"]
    ]
    assert next(iter(reading.table.headings.values())) == (
        "楼栋" if language == "zh-CN" else "Building"
    )


def test_a_workbook_offers_what_may_be_chosen_and_bounds_numbers() -> None:
    book = template_xlsx(PLACES, _examples(), language="zh-CN")

    with zipfile.ZipFile(BytesIO(book)) as files:
        sheet = files.read("xl/worksheets/sheet1.xml").decode()

    assert '"是,否"' in sheet.replace("&quot;", '"')
    assert '"住宅,商铺"' in sheet.replace("&quot;", '"')
    assert '<dataValidation type="decimal"' in sheet
    assert "<formula1>1</formula1><formula2>9999</formula2>" in sheet


@pytest.mark.parametrize(
    "value", ["=HYPERLINK(1)", "＝1+1", "＠SUM(1)", "\n=1", "+1", "-1", "\t=1"]
)
def test_problems_are_a_file_that_calculates_nothing(value: str) -> None:
    remark = Remark.of("wrong", "is wrong, quite")
    problem = Problem.of(remark, row=4, column="房号", value=value)

    text = problems_csv([problem]).decode("utf-8-sig")

    assert list(csv.reader(StringIO(text)))[1] == ["4", "房号", f"'{value}", "is wrong, quite"]


def test_a_file_of_columns_that_are_not_known_is_refused(tmp_path: Path) -> None:
    columns = ",".join(f"c{n}" for n in range(201))

    with pytest.raises(Unreadable, match="201 columns that a list of places does not have"):
        _reading(_a_file(tmp_path, f"楼栋,房号,{columns}\n3,101{',' * 201}\n"))


def test_a_wide_sheet_keeps_cells_and_rows_apart(tmp_path: Path) -> None:
    rows: list[list[Cell]] = [["楼栋", "房号"], ["3", 101], [None, None], ["3", 102]]

    reading = _reading(write_workbook(tmp_path / "a.xlsx", {"a": rows}))

    assert [row.number for row in reading.good] == [2, 4]
