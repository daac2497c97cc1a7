"""A report on its way from its form to tickets."""

from typing import Any

import pytest

from services.portal.domain.after_report import AfterReport, Alike, LostPhoto, after_report
from services.portal.domain.place_words import PlaceName, coded_name, place_name, unit_name
from services.portal.domain.reporting import (
    MAX_ANSWERS,
    answers_in,
    icon_of,
    place_code_in,
    places_of,
    question_of,
    tiles,
    where,
    wrongs_in,
)
from shared.contracts.tickets import Place
from tests.support.tracked import NOW

_SITE: dict[str, Any] = {
    "categories": [
        {"code": "plumbing", "names": {"zh-CN": "水管", "en": "Plumbing"}},
        {"code": "other", "names": {"zh-CN": "其他"}},
        {"code": "lift", "names": {}},
        {"code": "praise", "names": {"en": "Praise"}, "nature": "praise"},
    ],
    "buildings": [
        {"code": "3", "name": "3号楼", "units": ["1202", {"unit": "1-101", "area_m2": 80.0}]},
        {"code": "5", "units": ["1-1202"]},
    ],
    "spots": [
        {"code": "lobby-3", "name": "大堂", "building": "3"},
        {"code": "pump-room", "name": "水泵房"},
        {"code": "lift-3", "name": "3号楼电梯厅", "building": "3"},
    ],
}


@pytest.mark.parametrize(
    ("fields", "place"),
    [
        ({"place": "3-1202"}, {"unit": "3-1202"}),
        ({"place": " pump-room "}, {"spot": "pump-room"}),
        ({"place": "三号楼楼顶"}, {"unit": "三号楼楼顶"}),
        ({"place": "list", "building": "3", "unit": "1202"}, {"unit": "3-1202"}),
        ({"place": "list", "unit": "1202"}, {"unit": "1202"}),
        ({"place": "list", "building": "3"}, {"address": "3号楼"}),
        ({"place": "list", "building": "5"}, {"address": "5"}),
        ({"place": "list", "spot": "pump-room", "building": "3"}, {"spot": "pump-room"}),
        ({"place": "list", "where": "楼后路灯"}, {"address": "楼后路灯"}),
        (
            {"place": "list", "building": "3", "unit": "1202", "where": "厨房"},
            {"address": "厨房", "unit": "3-1202"},
        ),
        ({"building": "3", "unit": "1202"}, {"unit": "3-1202"}),
        ({"place": "list"}, {}),
        ({}, {}),
    ],
)
def test_the_place_is_read_from_the_form(fields: dict[str, str], place: dict[str, str]) -> None:
    assert where(_SITE, fields) == place


@pytest.mark.parametrize(
    ("said", "code"),
    [
        ("7KQM2XW9PA", "7KQM2XW9PA"),
        ("7kqm2 xw9pa", "7KQM2XW9PA"),
        ("７ＫＱＭ２ＸＷ９ＰＡ", "7KQM2XW9PA"),
        ("7KQM2XW9P", None),
        ("7KQM2XW9PI", None),
        ("3-1202", None),
        ("", None),
    ],
)
def test_a_place_code_is_known_as_people_write_it(said: str, code: str | None) -> None:
    assert place_code_in(said) == code


def test_faults_come_first_and_what_is_none_stands_apart() -> None:
    found = tiles(_SITE, "en")

    assert [tile.code for tile in found.first] == ["plumbing", "lift", "other"]
    assert [(tile.code, tile.icon) for tile in found.desk] == [("praise", "star")]
    assert [tile.name for tile in found.first] == ["Plumbing", "lift", "其他"]


def test_of_many_categories_a_dozen_are_seen_at_once_and_other_among_them() -> None:
    many = {"categories": [{"code": f"c{n}", "names": {}} for n in range(20)] + [{"code": "other"}]}

    found = tiles(many, "en")

    assert len(found.first) == 12
    assert found.first[-1].code == "other"
    assert [tile.code for tile in found.more] == [f"c{n}" for n in range(11, 20)]


def test_a_category_of_the_sites_own_has_the_icon_of_its_nature() -> None:
    assert icon_of({"code": "pest"}) == "wrench"
    assert icon_of({"code": "parking", "nature": "enquiry"}) == "chat"


def test_questions_are_put_as_their_kind_wants() -> None:
    area = question_of(
        {"code": "area", "kind": "number", "min": 1, "max": 500.5, "unit": "㎡"}, "en", field="q"
    )
    wall = question_of(
        {"code": "wall", "kind": "choice", "options": [{"code": "yes", "names": {"en": "Yes"}}]},
        "en",
        field="q",
    )

    assert area.bounds == ("1", "500.5")
    assert wall.choices == [("yes", "Yes")]
    assert wall.bounds is None


def test_answers_are_taken_from_the_chosen_category_alone() -> None:
    questions = [
        question_of({"code": code}, "en", field=f"q-plumbing-{code}") for code in ("a", "b")
    ]

    answers, wrongs = answers_in(
        questions, {"q-plumbing-a": " here ", "q-plumbing-b": " ", "q-lift-a": "there"}
    )

    assert (answers, wrongs) == ({"a": "here"}, [])


def test_an_answer_that_is_too_long_is_told_and_no_more_than_a_dozen_are_sent() -> None:
    questions = [question_of({"code": str(n)}, "en", field=f"q{n}") for n in range(15)]

    answers, wrongs = answers_in(questions, {f"q{n}": "x" for n in range(14)} | {"q14": "x" * 301})

    assert len(answers) == MAX_ANSWERS
    assert [(wrong.field, wrong.said) for wrong in wrongs] == [("q14", {"limit": 300})]


@pytest.mark.parametrize(
    ("fields", "place", "has_photo", "wrong"),
    [
        ({"category": "plumbing", "text": "漏水"}, {"unit": "3-1202"}, False, []),
        ({"category": "plumbing"}, {"unit": "3-1202"}, True, []),
        ({"category": "plumbing"}, {"unit": "3-1202"}, False, ["text"]),
        ({"text": "漏水"}, {"unit": "3-1202"}, False, ["category"]),
        ({"category": "plumbing", "text": "漏水"}, {}, False, ["place"]),
        ({}, {}, False, ["category", "place", "text"]),
        ({"category": "x", "text": "😀" * 5000}, {"unit": "3-1202"}, False, ["text"]),
        ({"category": "x", "text": "😀" * 4000}, {"unit": "3-1202"}, False, []),
        ({"category": "x", "text": "y"}, {"address": "a" * 201}, False, ["place"]),
    ],
)
def test_what_is_wrong_is_told_by_field(
    fields: dict[str, str], place: dict[str, str], has_photo: bool, wrong: list[str]
) -> None:
    assert [each.field for each in wrongs_in(fields, place, has_photo=has_photo)] == wrong


def test_places_to_choose_have_names() -> None:
    buildings, spots = places_of(_SITE)

    assert buildings == [("3", "3号楼"), ("5", "5")]
    assert spots[1] == ("pump-room", "水泵房")


@pytest.mark.parametrize(
    ("place", "name"),
    [
        (Place(building="3", unit="1202"), PlaceName(building="3号楼", unit="1202")),
        (
            Place(building="5", entrance="1", unit="1202"),
            PlaceName(building="5", entrance="1", unit="1202"),
        ),
        (Place(building="9", unit="1"), PlaceName(building="9", unit="1")),
        (Place(building="3", spot="lobby-3"), PlaceName(spot="3号楼 大堂")),
        (Place(building="3", spot="lift-3"), PlaceName(spot="3号楼电梯厅")),
        (Place(spot="gone"), PlaceName(spot="gone")),
        (Place(address="楼后", unit_said="楼后"), PlaceName(words="楼后")),
        (Place(), PlaceName()),
    ],
)
def test_a_place_is_called_as_the_site_calls_it(place: Place, name: PlaceName) -> None:
    assert place_name(_SITE, place) == name


def test_units_and_codes_have_names_too() -> None:
    spot = {"kind": "spot", "name": "", "spot": "gate"}
    unit = {"kind": "unit", "name": "", "building": "5", "entrance": None, "unit": "101"}

    assert unit_name(_SITE, "3-1-101") == PlaceName(building="3号楼", entrance="1", unit="101")
    assert unit_name(_SITE, "nonsense") == PlaceName(words="nonsense")
    assert coded_name(spot) == PlaceName(spot="gate")
    assert coded_name(unit) == PlaceName(building="5", unit="101")


def test_what_is_told_after_a_report_travels_in_a_cookie() -> None:
    told = AfterReport(
        photos=(LostPhoto(name="图.jpg", key="resident-photo-too-large", size="12", limit="10"),),
        alike=(Alike(reference="DEMO-1-A", opened_at=NOW),),
    )

    assert after_report(told.as_cookie()) == told
    assert AfterReport().as_cookie() == ""


def test_much_to_tell_fits_into_a_cookie() -> None:
    lost = LostPhoto(name="图" * 40, key="resident-photo-too-large", size="12", limit="10")
    alike = Alike(reference="D" * 40, opened_at=NOW)

    cookie = AfterReport(photos=(lost,) * 12, alike=(alike,) * 5).as_cookie()

    assert len(cookie) < 3500
    assert len(after_report(cookie).photos) == 8


@pytest.mark.parametrize(
    "cookie", ["", "x", "é", "bm90IGpzb24=", "e30=" * 5000, "eyJwaG90b3MiOjF9"]
)
def test_a_cookie_of_others_tells_nothing(cookie: str) -> None:
    assert after_report(cookie) == AfterReport()
