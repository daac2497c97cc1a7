from datetime import timedelta
from pathlib import Path

import pytest

from demo.reading import read_requests
from shared.sheets import Unreadable
from tests.unit.demo.rows import HOUSTON_HEADER, SF_HEADER, a_file, houston_row, sf_row


def test_a_housing_authority_row_has_a_trade_a_priority_and_a_place(tmp_path: Path) -> None:
    path = a_file(tmp_path, SF_HEADER, sf_row())

    (request,) = read_requests(path)

    assert (request.category, request.priority, request.source_id) == (
        "door_window",
        "urgent",
        "900001",
    )
    assert (request.where.lat, request.where.lon, request.where.unit) == (37.75, -122.41, "7")
    assert request.where.address == "12 MADE UP ST, Apt 7, SAN FRANCISCO, CA, 94199"


@pytest.mark.parametrize(
    ("grade", "priority"),
    [
        ("Emergency", "emergency"),
        ("Urgent", "urgent"),
        ("Routine", "normal"),
        ("Preventive", "low"),
        ("Other", None),
    ],
)
def test_the_last_word_of_the_descriptor_grades_a_housing_authority_request(
    tmp_path: Path, grade: str, priority: str | None
) -> None:
    path = a_file(tmp_path, SF_HEADER, sf_row(kind="Laborer", detail=f"Laborer - {grade}"))

    (request,) = read_requests(path)

    assert (request.category, request.priority) == ("cleaning", priority)


@pytest.mark.parametrize(
    ("category", "kind", "expected"),
    [
        ("Sewer Issues", "Flooding", "plumbing"),
        ("Sewer Issues", "Odor", "plumbing"),
        ("Noise Report", "sirens", "patrol"),
        ("Street Defects", "other", "road"),
        ("Unheard of", "Whatever", "other"),
    ],
)
def test_a_type_becomes_a_category_and_the_priority_is_left_to_it(
    tmp_path: Path, category: str, kind: str, expected: str
) -> None:
    path = a_file(tmp_path, SF_HEADER, sf_row(category=category, kind=kind, detail="Emergency"))

    (request,) = read_requests(path)

    assert (request.category, request.priority) == (expected, None)


def test_an_imported_type_is_not_put_where_words_of_danger_are_looked_for(tmp_path: Path) -> None:
    path = a_file(
        tmp_path,
        SF_HEADER,
        sf_row(category="Sewer Issues", kind="Flooding", detail="Flooding On_street"),
    )

    (request,) = read_requests(path)

    assert "flooding" not in f"{request.title} {request.text}".lower()
    assert dict(request.answers) == {
        "type": "Sewer Issues: Flooding",
        "detail": "Flooding On_street",
    }


def test_times_are_local_though_they_claim_to_be_utc(tmp_path: Path) -> None:
    path = a_file(tmp_path, SF_HEADER, sf_row(opened="2015-07-04 09:30:00+00:00"))

    (request,) = read_requests(path)

    assert request.opened_at.isoformat() == "2015-07-04T09:30:00-07:00"


def test_a_pothole_in_houston_is_for_the_road_crew(tmp_path: Path) -> None:
    path = a_file(tmp_path, HOUSTON_HEADER, houston_row())

    (request,) = read_requests(path)

    assert (request.category, request.priority, request.source_id) == ("road", None, "77-1")
    assert request.opened_at.utcoffset() == timedelta(hours=-5)
    assert (request.where.lat, request.where.lon) == (29.7, -95.4)


@pytest.mark.parametrize("at", ["Unknown,Unknown", ",", "29.7,", "nan,nan", "0,0", "129.7,-95.4"])
def test_without_coordinates_the_address_remains_as_text(tmp_path: Path, at: str) -> None:
    path = a_file(tmp_path, HOUSTON_HEADER, houston_row(at=at))

    (request,) = read_requests(path)

    assert (request.where.lat, request.where.lon) == (None, None)
    assert request.where.address == "5 INVENTED RD, HOUSTON TX 77999"


def test_bad_rows_are_named_and_counted_and_the_rest_goes_on(tmp_path: Path) -> None:
    path = a_file(
        tmp_path,
        SF_HEADER,
        sf_row(key="1"),
        sf_row(key="2", opened="yesterday"),
        "",
        sf_row(key="3", kind=""),
        sf_row(key="4", opened="0001-01-01 00:00:00"),
        "5,too,short",
        sf_row(key="6"),
    )
    reading = read_requests(path)

    good = list(reading)

    assert [request.source_id for request in good] == ["1", "6"]
    assert (reading.rows, reading.good) == (6, 2)
    assert [(bad.row, bad.column, bad.value) for bad in reading.bad] == [
        (3, "created_date", "yesterday"),
        (5, "complaint_type", ""),
        (6, "created_date", "0001-01-01 00:00:00"),
        (7, "(whole row)", "5,too,short"),
    ]
    assert (
        str(reading.bad[0])
        == "row 3, created_date: is not a time like 2016-01-31 15:30:40: 'yesterday'"
    )


def test_a_quote_that_is_never_closed_spoils_only_its_own_row(tmp_path: Path) -> None:
    broken = sf_row(key="2").replace('94199"', "94199")
    path = a_file(
        tmp_path,
        SF_HEADER,
        sf_row(key="1"),
        broken,
        *(sf_row(key=str(number)) for number in range(3, 60)),
    )
    reading = read_requests(path)

    good = list(reading)

    assert [request.source_id for request in good] == ["1", *map(str, range(3, 60))]
    assert [(bad.column, bad.why) for bad in reading.bad] == [
        ("(whole row)", "its quotes do not add up")
    ]


@pytest.mark.parametrize("address", ['12 "Corner" ST', 'the 6" pipe'])
def test_a_quote_in_the_middle_of_a_value_belongs_to_it_or_spoils_its_own_row(
    tmp_path: Path, address: str
) -> None:
    plain = sf_row(key="2").replace('"12 MADE UP ST, Apt 7, SAN FRANCISCO, CA, 94199"', address)
    path = a_file(tmp_path, SF_HEADER, sf_row(key="1"), plain, sf_row(key="3"))

    requests = list(read_requests(path))

    assert [request.source_id for request in requests] == ["1", "2", "3"]
    assert requests[1].where.address == address


def test_a_quoted_address_may_go_over_several_lines(tmp_path: Path) -> None:
    path = a_file(
        tmp_path,
        SF_HEADER,
        sf_row(key="1", address='the ""old"" mill,\nback door'),
        sf_row(key="2"),
    )

    requests = list(read_requests(path))

    assert requests[0].where.address == 'the "old" mill,\nback door'
    assert [request.row for request in requests] == [2, 3]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_byte_order_marks_are_understood(tmp_path: Path, encoding: str) -> None:
    path = a_file(tmp_path, SF_HEADER, sf_row(address="12 CAFÉ ST"), encoding=encoding)

    (request,) = read_requests(path)

    assert request.where.address == "12 CAFÉ ST"


@pytest.mark.parametrize("separator", [";", "\t", "|"])
def test_other_separators_are_understood(tmp_path: Path, separator: str) -> None:
    row = sf_row(address="12 PLAIN ST").replace('"', "")
    path = a_file(tmp_path, SF_HEADER.replace(",", separator), row.replace(",", separator))

    (request,) = read_requests(path)

    assert request.where.address == "12 PLAIN ST"


def test_control_characters_become_spaces(tmp_path: Path) -> None:
    path = a_file(tmp_path, SF_HEADER, sf_row(address="12\x00BELL\x07 ST"))

    (request,) = read_requests(path)

    assert request.where.address == "12 BELL  ST"


def test_a_file_can_be_read_twice_with_the_same_counts(tmp_path: Path) -> None:
    reading = read_requests(a_file(tmp_path, SF_HEADER, sf_row(), sf_row(opened="?")))

    first, second = list(reading), list(reading)

    assert first == second
    assert (reading.rows, reading.good, len(reading.bad)) == (2, 1, 1)


def test_unknown_columns_are_refused_with_what_was_expected(tmp_path: Path) -> None:
    path = a_file(tmp_path, "date,what,where", "2015-01-01,pipe,here")

    with pytest.raises(Unreadable) as refused:
        read_requests(path)

    assert "unknown columns: date,what,where" in str(refused.value)
    assert "San Francisco 311: unique_key, created_date" in str(refused.value)
    assert "Houston 311: CASE NUMBER" in str(refused.value)


def test_a_column_that_stands_there_twice_is_refused(tmp_path: Path) -> None:
    path = a_file(tmp_path, SF_HEADER + ",created_date", sf_row() + ",")

    with pytest.raises(Unreadable, match="created_date stands there more than once"):
        read_requests(path)


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"", "the file is empty"),
        (b"\xef\xbb\xbf \r\n\n", "the file is empty"),
        (SF_HEADER.encode() + b"\n1,caf\xe9\n", "not UTF-8 text near line 2; save it as UTF-8"),
        (SF_HEADER.encode() + "\n1,楼".encode()[:-1], "its last character is cut off"),
        (b"PK\x03\x04\x14\x00\x06\x00\x08\x00\xb7\xff", "not a workbook that can be read"),
    ],
)
def test_a_file_that_is_no_text_is_refused_in_words(
    tmp_path: Path, content: bytes, reason: str
) -> None:
    path = tmp_path / "requests.csv"
    path.write_bytes(content)

    with pytest.raises(Unreadable, match=reason):
        read_requests(path)


def test_a_file_that_is_not_there_is_refused_in_words(tmp_path: Path) -> None:
    with pytest.raises(Unreadable, match="there is no such file"):
        read_requests(tmp_path / "nothing.csv")


def test_a_header_without_rows_is_no_request(tmp_path: Path) -> None:
    reading = read_requests(a_file(tmp_path, SF_HEADER))

    assert list(reading) == []
    assert reading.rows == 0
