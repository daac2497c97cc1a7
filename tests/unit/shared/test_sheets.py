"""Tables as people bring them, whatever the encoding, the headings and the way of dates."""
# ruff: noqa: DTZ001 - a sheet's dates have a zone only where they say so

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import pytest

from shared.sheets import Column, Form, Table, Unreadable, open_table
from shared.sheets.dates import Dates, Order, settle
from tests.support.workbooks import Cell, write_workbook

FORM = Form(
    name="a list",
    columns=(
        Column(name="opened_at", headings=("报修时间", "时间"), is_date=True),
        Column(name="unit", headings=("房号",)),
        Column(name="note", headings=("备注",), required=False),
    ),
)
LINES = '报修时间,房号,备注\n2026-01-20 06:12,3-1202,厨房漏水\n2026-01-21 07:00,5-101,"灯,坏了"\n'


def a_file(folder: Path, content: bytes, name: str = "list.csv") -> Path:
    path = folder / name
    path.write_bytes(content)
    return path


def rows(table: Table) -> list[list[str]]:
    return [list(row.values.values()) for row in table]


@pytest.mark.parametrize(
    ("encoding", "mark"),
    [
        ("utf-8", b""),
        ("utf-8", b"\xef\xbb\xbf"),
        ("utf-16-le", b"\xff\xfe"),
        ("utf-16-be", b"\xfe\xff"),
        ("utf-16-le", b""),
        ("utf-16-be", b""),
        ("gb18030", b""),
    ],
)
@pytest.mark.parametrize("separator", [",", ";", "\t", "|"])
@pytest.mark.parametrize("line_end", ["\n", "\r\n"])
def test_a_list_is_read_whatever_it_was_saved_as(
    tmp_path: Path, encoding: str, mark: bytes, separator: str, line_end: str
) -> None:
    text = LINES.replace("灯,坏了", "灯#坏了").replace(",", separator).replace("#", separator)
    path = a_file(tmp_path, mark + text.replace("\n", line_end).encode(encoding))

    found = rows(open_table(path, [FORM]))

    assert found == [
        ["2026-01-20 06:12", "3-1202", "厨房漏水"],
        ["2026-01-21 07:00", "5-101", f"灯{separator}坏了".replace("\t", " ")],
    ]


def test_what_was_guessed_of_the_encoding_is_said(tmp_path: Path) -> None:
    table = open_table(a_file(tmp_path, LINES.encode("gb18030")), [FORM])

    assert [each.text for each in table.remarks] == ["read as GB18030 text"]


def test_titles_above_the_headings_and_columns_beside_them_do_no_harm(tmp_path: Path) -> None:
    text = (
        "二〇二六年一月 报修台账,,,\n\n序号,时间,房号,楼管\n1,2026-01-20 06:12,101,王\n\n2,x,y,z\n"
    )

    table = open_table(a_file(tmp_path, text.encode()), [FORM])

    assert [(row.number, row.values["unit"], row.values["note"]) for row in table] == [
        (4, "101", ""),
        (6, "y", ""),
    ]
    assert table.ignored == ("序号", "楼管")


@pytest.mark.parametrize(
    "heading",
    [
        *(
            "Opened_At",
            " opened at ",
            "ＯＰＥＮＥＤ＿ＡＴ",
            "*报修时间：",
            "报修时间",
            "报 修　时 间",
        ),
        *(
            "报修时间（必填）",
            "报修时间*(格式：2026-01-05)",
            '"报修\n时间"',
            '" 报修时间\r\n（必填） "',
        ),
    ],
)
def test_headings_are_known_however_they_are_decorated(tmp_path: Path, heading: str) -> None:
    text = f"{heading},unit\n2026-01-20,101\n"

    assert rows(open_table(a_file(tmp_path, text.encode()), [FORM])) == [["2026-01-20", "101", ""]]


def test_what_stands_behind_a_heading_and_is_no_note_makes_it_another(tmp_path: Path) -> None:
    text = "报修时间,房号(必填),房号（m2）,备注(物业)\n2026-01-20,101,80,x\n"

    with pytest.raises(Unreadable, match="expected"):
        open_table(a_file(tmp_path, text.encode()), [FORM])
    table = open_table(a_file(tmp_path, text.replace("（m2）", "（旧）").encode()), [FORM])

    assert rows(table) == [["2026-01-20", "101", ""]]
    assert table.ignored == ("房号（旧）", "备注(物业)")


def test_rows_are_numbered_as_they_are_shown_below_titles_of_several_lines(tmp_path: Path) -> None:
    text = '"报修台账\n一月",\n5" 管,"\n"报修\n时间",房号\n2026-01-20,101\n'

    table = open_table(a_file(tmp_path, text.encode()), [FORM])

    assert [(row.number, row.values["unit"]) for row in table] == [(4, "101")]
    assert table.headings["opened_at"] == "报修 时间"


def test_what_marks_a_cell_as_text_is_no_part_of_it(tmp_path: Path) -> None:
    text = "报修时间,房号,备注\n'2026-01-20,=\"0101\",'=1+1\n2026-01-21,'0102,'tis broken\n"

    assert rows(open_table(a_file(tmp_path, text.encode()), [FORM])) == [
        ["2026-01-20", "0101", "=1+1"],
        ["2026-01-21", "0102", "'tis broken"],
    ]


def test_a_field_is_taken_from_the_column_that_is_named_for_it(tmp_path: Path) -> None:
    path = a_file(tmp_path, b"When,Where,unit\n2026-01-20,3-1202,ignored\n")

    table = open_table(path, [FORM], mapping={"opened_at": "When", "unit": "where"})

    assert rows(table) == [["2026-01-20", "3-1202", ""]]
    with pytest.raises(Unreadable, match="--map FIELD=COLUMN"):
        open_table(path, [FORM], mapping={"opened_at": "whenever"})


def test_a_workbook_is_read_with_excels_own_dates_and_whole_numbers(tmp_path: Path) -> None:
    at = datetime(2026, 1, 20, 6, 12)
    sheet: Sequence[Sequence[Cell]] = [
        ["一月报修", None, None],
        ["时间", "房号", "备注"],
        [at, 1202, "漏水"],
        [None, None, None],
        ["2026/1/21 7:00", 101.5, None],
    ]
    path = write_workbook(tmp_path / "list.xlsx", {"说明": [], "一月": sheet, "二月": [["x"]]})

    table = open_table(path, [FORM])

    assert [(row.number, row.values["unit"], row.values["note"]) for row in table] == [
        (3, "1202", "漏水"),
        (5, "101.5", ""),
    ]
    first, _ = table
    assert table.dates["opened_at"].read(first.values["opened_at"]) == at
    assert open_table(path.rename(tmp_path / "list.csv"), [FORM], sheet="一月").form is FORM
    with pytest.raises(Unreadable, match="no sheet '三月'; its sheets are: 说明, 一月, 二月"):
        open_table(tmp_path / "list.csv", [FORM], sheet="三月")


def test_of_a_workbook_whose_first_sheet_is_no_list_the_others_are_named(tmp_path: Path) -> None:
    sheets: dict[str, Sequence[Sequence[Cell]]] = {"说明": [["请填写", None]], "一月": [["unit"]]}
    path = write_workbook(tmp_path / "list.xlsx", sheets)

    with pytest.raises(Unreadable) as refused:
        open_table(path, [FORM])
    with pytest.raises(Unreadable) as chosen:
        open_table(path, [FORM], sheet="说明")

    assert "unknown columns: 请填写\nits sheets are: 说明, 一月; --sheet NAME" in str(refused.value)
    assert "its sheets are" not in str(chosen.value)


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"", "is empty"),
        (b"\xff\xfe", "is empty"),
        (b"unit\n\xff\xff\xff\n", "not UTF-8 text near line 2; save it as UTF-8"),
        (LINES.encode()[:-1] + "楼".encode()[:-1], "its last character is cut off"),
        (b"\n <html><table><tr><td>unit</td></tr></table>", "is a web page"),
        (b"PK\x03\x04nonsense", "not a workbook that can be read"),
        (
            b"unit\n1\n",
            r"unknown columns: unit\nexpected.*\n  a list: opened_at \(报修时间\), unit \(房号\)",
        ),
        (b"unit,opened_at,unit\n1,2,3\n", "the column unit stands there more than once"),
    ],
)
def test_what_cannot_be_read_is_refused_with_what_to_do(
    tmp_path: Path, content: bytes, reason: str
) -> None:
    with pytest.raises(Unreadable, match=reason):
        open_table(a_file(tmp_path, content), [FORM])


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("2026-01-20 06:12", datetime(2026, 1, 20, 6, 12)),
        ("2026-01-20T06:12:33.250", datetime(2026, 1, 20, 6, 12, 33)),
        ("2026-01-20 06:12:33+00:00", datetime(2026, 1, 20, 6, 12, 33, tzinfo=UTC)),
        ("2026/1/20 6:12", datetime(2026, 1, 20, 6, 12)),
        ("2026.1.20", datetime(2026, 1, 20)),
        ("20260120", datetime(2026, 1, 20)),
        ("2026年1月20日", datetime(2026, 1, 20)),
        ("2026年1月20号", datetime(2026, 1, 20)),
        ("2026年1月20日 星期二", datetime(2026, 1, 20)),
        ("2026-01-20（周二）06:12", datetime(2026, 1, 20, 6, 12)),
        ("Tuesday, January 20, 2026", datetime(2026, 1, 20)),
        ("2026年1月20日 下午3:05", datetime(2026, 1, 20, 15, 5)),
        ("2026年1月20日15时5分", datetime(2026, 1, 20, 15, 5)),
        ("２０２６－０１－２０ ０６：１２", datetime(2026, 1, 20, 6, 12)),
        ("01/20/2026 12:04:05 AM", datetime(2026, 1, 20, 0, 4, 5)),
        ("01/20/2026 12:04:05 PM", datetime(2026, 1, 20, 12, 4, 5)),
        ("1/20/26 3:04 p.m.", datetime(2026, 1, 20, 15, 4)),
        ("20.1.2026 06:12", datetime(2026, 1, 20, 6, 12)),
        ("Jan 20, 2026 6:12 AM", datetime(2026, 1, 20, 6, 12)),
        ("20-Jan-2026", datetime(2026, 1, 20)),
        ("46042.25", datetime(2026, 1, 20, 6, 0)),
        (
            "2021/01/01 05:00:17+08",
            datetime(2021, 1, 1, 5, 0, 17, tzinfo=timezone(timedelta(hours=8))),
        ),
    ],
)
def test_dates_are_read_as_people_and_programs_write_them(text: str, moment: datetime) -> None:
    assert settle([text]).read(text) == moment


@pytest.mark.parametrize(
    "text",
    [
        "",
        "yesterday",
        "2026-02-30",
        "13/13/2026",
        "2026-01-20 25:00",
        "20 Foo 2026",
        "12345678901",
        "1",
        "26-01-05",
        "26.1.5",
        "26/1/5",
        "1/5/6",
    ],
)
def test_what_is_no_date_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"is not a time|has no month"):
        Dates().read(text)


@pytest.mark.parametrize(
    ("values", "order", "said"),
    [
        (["03/04/2026", "25/01/2026"], Order.DAY_FIRST, "since 25/01/2026 can be nothing else"),
        (["03/04/2026", "01/25/2026"], Order.MONTH_FIRST, "since 01/25/2026 can be nothing else"),
        (["03/04/2026", "05/06/2026"], Order.MONTH_FIRST, "if that is wrong, write them as"),
        (["25/01/2026", "01/25/2026"], Order.MONTH_FIRST, "stand in both orders"),
        (["26-01-05", "3/4/2026"], Order.MONTH_FIRST, "dates such as 3/4/2026"),
        (["2026-03-04", "4.3.2026"], Order.MONTH_FIRST, None),
    ],
)
def test_the_order_of_a_columns_dates_is_settled_by_all_of_them_and_said(
    values: list[str], order: Order, said: str | None
) -> None:
    dates = settle(values)

    assert dates.order is order
    assert (said or "") in (dates.remark.text if dates.remark else "")
    assert (dates.remark is None) is (said is None)


def test_what_is_far_too_long_is_no_date() -> None:
    for text in ("1" * 100_000, "2026-01-20 1" + "1" * 100_000, "a" * 100_000):
        with pytest.raises(ValueError, match="is not a time"):
            Dates().read(text)
