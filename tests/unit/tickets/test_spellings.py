"""A unit is found however it is written, and never another one."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import NamedTuple

import pytest
from hypothesis import assume, example, given
from hypothesis import strategies as st

from services.tickets.domain.known_building import UnitKey
from services.tickets.domain.known_units import MAX_CANDIDATES
from services.tickets.domain.site import Building, Site, Spot
from tests.unit.tickets.arranging import SITE


def a_site(*buildings: Building, name: str = "梧桐苑 Wutong Court") -> Site:
    return replace(SITE, name=name, buildings=buildings, spots=())


WUTONG = a_site(
    Building(code="3", name="3号楼", units=("101", "1202", "1203")),
    Building(code="5", units=("1-1202", "2-1202", "1-0302", "2-501", "A-77")),
    Building(code="B", name="B座", units=("802", "12A")),
    Building(code="07", units=("0302", "1101")),
    Building(code="E", name="东楼", units=("201",)),
    Building(code="F9", name="Rose Tower", units=("9",)),
)


def found(said: str, site: Site = WUTONG) -> str | None:
    unit = site.find_unit(said).unit
    return None if unit is None else str(unit)


def candidates(said: str, site: Site = WUTONG) -> list[str]:
    return [str(key) for key in site.find_unit(said).candidates]


@pytest.mark.parametrize(
    ("said", "unit"),
    [
        ("3-1202", "3-1202"),
        ("３－１２０２", "3-1202"),
        ("3栋1202", "3-1202"),
        ("3号楼1202室", "3-1202"),
        ("三号楼1202", "3-1202"),
        ("三号楼一二〇二", "3-1202"),
        ("第三栋 1202 房", "3-1202"),
        ("3#1202", "3-1202"),
        ("3#楼1202", "3-1202"),
        ("#3-1202", "3-1202"),
        ("3幢1202", "3-1202"),
        ("3棟1202號", "3-1202"),
        ("3号1202", "3-1202"),
        ("3–1202", "3-1202"),
        ("3一1202", "3-1202"),
        ("3/1202", "3-1202"),
        ("3 1202", "3-1202"),
        ("栋：3 室：1202", "3-1202"),
        ("楼栋3 房号1202", "3-1202"),
        ("梧桐苑3栋1202", "3-1202"),
        ("Wutong Court, 3-1202", "3-1202"),
        ("3号楼12层1202", "3-1202"),
        ("三号楼十二楼1202", "3-1202"),
        ("3栋12层02室", "3-1202"),
        ("3-12-1202", "3-1202"),
        ("Building 3, unit 1202", "3-1202"),
        ("BLDG. 3 APT. 1202", "3-1202"),
        ("bldg3rm1202", "3-1202"),
        ("Bldg 3 #1202", "3-1202"),
        ("T3-1202", "3-1202"),
        ("No. 3 Building, Room 1202", "3-1202"),
        ("apt 1202, building 3", "3-1202"),
        ("1202, 3栋", "3-1202"),
        ("unit 3-1202", "3-1202"),
        ("我家住在3栋1202", "3-1202"),
        ("I live in 3-1202", "3-1202"),
        ("building three, unit 1202", "3-1202"),
        ("③栋1202", "3-1202"),
        ("3号楼一千二百零二室", "3-1202"),
        ("12th floor 1202, block 3", "3-1202"),
        ("12/F 1202, Block 3", "3-1202"),
        ("5-1-1202", "5-1-1202"),
        ("5栋2单元1202", "5-2-1202"),
        ("五号楼二单元一二〇二室", "5-2-1202"),
        ("5号楼 2单元 12层 1202", "5-2-1202"),
        ("5栋2门1202", "5-2-1202"),
        ("5#2-1202", "5-2-1202"),
        ("Building 5, Entrance 2, Apt 1202", "5-2-1202"),
        ("No. 5 Building Unit 2 Room 1202", "5-2-1202"),
        ("5栋A单元77", "5-A-77"),
        ("5栋A77", "5-A-77"),
        ("5栋501", "5-2-501"),
        ("5-302", "5-1-0302"),
        ("2单元501", "5-2-501"),
        ("7栋302", "07-0302"),
        ("07-302", "07-0302"),
        ("七号楼1101", "07-1101"),
        ("B座802", "B-802"),
        ("b802", "B-802"),
        ("Ｂ栋８０２", "B-802"),
        ("Tower B 802", "B-802"),
        ("flat 12A, tower b", "B-12A"),
        ("12/F Flat A, Block B", "B-12A"),
        ("12a", "B-12A"),
        ("东楼201", "E-201"),
        ("東樓201室", "E-201"),
        ("rose tower 9", "F9-9"),
        ("F9-9", "F9-9"),
    ],
)
def test_the_usual_ways_to_write_a_unit(said: str, unit: str) -> None:
    assert found(said) == unit


@pytest.mark.parametrize(
    ("said", "may_be"),
    [
        ("5栋1202", ["5-1-1202", "5-2-1202"]),
        ("1202", ["3-1202", "5-1-1202", "5-2-1202"]),
        ("5栋3单元1202", ["5-1-1202", "5-2-1202"]),
        ("3栋11层1202", ["3-1202"]),
        ("3-12-02", ["3-1202"]),
        ("3栋1202旁边的电表", ["3-1202"]),
        ("3-1202 kitchen", ["3-1202"]),
        ("3栋1202对面", ["3-1202"]),
        ("opposite building 3, 1202", ["3-1202"]),
    ],
)
def test_an_ambiguous_one_is_no_unit_and_has_candidates(said: str, may_be: list[str]) -> None:
    assert (found(said), candidates(said)) == (None, may_be)


@pytest.mark.parametrize(
    "said",
    [
        "7-1202", "13-1202", "33栋1202", "3-9999", "3-12020", "31202", "3", "3栋", "3-", "楼",
        "十一1202", "9号楼1202", "5-1-501", "B座1202", "东楼202", "1 Main St", "kitchen", "#",
        "by the gate", "二", "3-1-2-1202-5", "1202-3", "室1202栋", "Rose Garden 9",
        "3栋1202楼上", "\ue000202",
    ],
)  # fmt: skip
def test_what_is_no_unit_is_none(said: str) -> None:
    assert found(said) is None


def test_an_entrance_that_the_site_does_not_tell_apart_leaves_its_words() -> None:
    match = WUTONG.find_unit("3栋2单元1202")

    assert (match.unit, match.says_more) == (UnitKey("3", None, "1202"), True)
    assert not WUTONG.find_unit("3栋1202").says_more


def test_zeros_count_where_they_tell_units_or_buildings_apart() -> None:
    both = a_site(
        Building(code="3", units=("302", "0302")), Building(code="03", units=("302", "411"))
    )

    assert [found(said, both) for said in ("3-302", "3栋0302", "03栋302", "03-411")] == [
        "3-302",
        "3-0302",
        "03-302",
        "03-411",
    ]
    assert found("3栋00302", both) is None
    assert candidates("3栋00302", both) == ["3-302", "3-0302"]
    assert found("3栋411", both) is None


def test_a_building_is_called_by_its_name_and_its_key_by_its_code() -> None:
    crossed = a_site(
        Building(code="A", name="3号楼", units=("101",)),
        Building(code="3", name="5号楼", units=("101",)),
    )

    assert [found(said, crossed) for said in ("3号楼101", "三栋101", "5号楼101", "3-101")] == [
        "A-101",
        "A-101",
        "3-101",
        "3-101",
    ]


def test_a_code_may_have_the_word_in_it() -> None:
    worded = a_site(Building(code="3号楼", units=("1202",)), Building(code="一期5栋", units=("7",)))

    assert [found(said, worded) for said in ("3号楼-1202", "3-1202", "三栋1202", "一期5栋7室")] == [
        "3号楼-1202",
        "3号楼-1202",
        "3号楼-1202",
        "一期5栋-7",
    ]


def test_capitals_tell_units_apart_in_their_keys_alone() -> None:
    site = a_site(Building(code="3", units=("12a", "12A")))

    assert [found("3-12a", site), found("3-12A", site), found("3栋12A", site)] == [
        "3-12a",
        "3-12A",
        None,
    ]


def test_a_room_alone_is_no_unit_where_a_building_does_not_list_its_own() -> None:
    partly = a_site(Building(code="3", units=("1202",)), Building(code="5"))

    assert (found("1202", partly), candidates("1202", partly)) == (None, ["3-1202"])
    assert found("3栋1202", partly) == "3-1202"


def test_candidates_are_few_and_in_the_order_of_the_site() -> None:
    many = a_site(*(Building(code=str(n), units=("1",)) for n in range(50)))

    assert candidates("1", many) == [f"{n}-1" for n in range(MAX_CANDIDATES)]


def test_the_name_of_a_site_inside_another_word_is_no_name() -> None:
    site = a_site(Building(code="3", units=("02",)), name="A10")

    assert found("A1002", site) is None
    assert found("A10 3-02", site) == "3-02"


# ---- every unit of any site, from each of its spellings ----


class _Home(NamedTuple):
    """A unit, with what its building is called."""

    building: str
    entrance: str | None
    room: str


_DIGITS = "零一二三四五六七八九"


def _counted(number: int) -> str:
    """The number in Chinese, up to ninety-nine."""
    tens, ones = divmod(number, 10)
    ten = "" if not tens else "十" if tens == 1 else f"{_DIGITS[tens]}十"
    return ten + (_DIGITS[ones] if ones or not tens else "")


def _chinese(code: str) -> str:
    return _counted(int(code)) if code.isdecimal() and code == str(int(code)) else code


def _one_by_one(code: str) -> str:
    return "".join(_DIGITS[int(each)] if each.isdecimal() else each for each in code)


def _wide(text: str) -> str:
    return "".join(chr(ord(each) + 0xFEE0) if "!" <= each <= "~" else each for each in text)


_BUILDING: Sequence[Callable[[str], str]] = [
    *(
        lambda code, word=word: f"{code}{word}"
        for word in (
            "栋",
            "幢",
            "座",
            "号楼",
            "号",
            "#",
            "#楼",
            " 栋 ",
            "棟",
            "號樓",
            "-",
            "/",
            " ",
        )
    ),
    *(lambda code, word=word: f"{_chinese(code)}{word}" for word in ("栋", "号楼", "幢", "座")),
    lambda code: f"第{_chinese(code)}栋",
    lambda code: f"栋：{code}，",
]
_ENTRANCE: Sequence[Callable[[str], str]] = [
    *(lambda code, word=word: f"{code}{word}" for word in ("单元", "單元", "门", "单元 ", "-")),
    lambda code: f"{_chinese(code)}单元",
    lambda code: f" 单元:{code} ",
]
_ROOM: Sequence[Callable[[str], str]] = [
    *(lambda code, word=word: f"{code}{word}" for word in ("", "室", "号", "房", "户", " 室", "#")),
    lambda code: f" 房号{code}",
    lambda code: f"{_one_by_one(code)}室",
]
_LATIN_BUILDING = ("Building ", "bldg. ", "BLK ", "block ", "Tower ", "Bldg#")
_LATIN_ENTRANCE = (", Entrance ", " ent. ", ", staircase ")
_LATIN_ROOM = (", apt ", " #", ", Flat ", " Room ", ", unit ", " rm. ")
_CHANGES: st.SearchStrategy[Callable[[str], str]] = st.sampled_from(
    [str, str.lower, str.upper, _wide, lambda said: f" {said}。"]
)
_DASH = st.sampled_from("-–—－‑−ー～")


@st.composite
def _written(draw: st.DrawFn, home: _Home) -> str:
    """One of the ways to write a home."""
    code, entrance, room = home
    if draw(st.booleans()):
        text = draw(st.sampled_from(_BUILDING))(code)
        if entrance is not None:
            text += draw(st.sampled_from(_ENTRANCE))(entrance)
        text += draw(st.sampled_from(_ROOM))(room)
    else:
        text = draw(st.sampled_from(_LATIN_BUILDING)) + code
        if entrance is not None:
            text += draw(st.sampled_from(_LATIN_ENTRANCE)) + entrance
        text += draw(st.sampled_from(_LATIN_ROOM)) + room
    text = text.replace("-", draw(_DASH))
    return draw(_CHANGES)(text)


_CODE = st.one_of(
    st.integers(1, 99).map(str),
    st.sampled_from(["A", "B", "C", "K", "N1", "03", "08"]),
)
_NAME = st.sampled_from(["", "{}号楼", "{}栋", "{}座", "Tower {}", "Building {}", "{}号楼 ({}栋)"])


@st.composite
def _rooms(draw: st.DrawFn) -> list[str]:
    shape = draw(st.sampled_from(["{}{:02}", "{:02}{:02}", "{}{}", "{}{:02}A"]))
    floors = draw(st.lists(st.integers(1, 33), min_size=1, max_size=4, unique=True))
    flats = draw(st.lists(st.integers(1, 6), min_size=1, max_size=3, unique=True))
    if shape == "{}{}":
        return [f"{floor}{'ABCDEF'[flat - 1]}" for floor in floors for flat in flats]
    return [shape.format(floor, flat) for floor in floors for flat in flats]


@st.composite
def _buildings(draw: st.DrawFn) -> Building:
    code, rooms = draw(_CODE), draw(_rooms())
    entrances = draw(st.sampled_from([(None,), (None,), ("1", "2"), ("1", "2", "3"), ("A", "B")]))
    units = [room if each is None else f"{each}-{room}" for each in entrances for room in rooms]
    kept = draw(st.lists(st.sampled_from(units), min_size=1, unique=True))
    return Building(code=code, name=draw(_NAME).replace("{}", code), units=tuple(kept))


_SITES = st.lists(
    _buildings(), min_size=1, max_size=4, unique_by=lambda each: each.code.lstrip("0").lower()
).map(lambda buildings: a_site(*buildings))


def _homes(site: Site) -> list[_Home]:
    return [
        _Home(building.code, unit.rpartition("-")[0] or None, unit.rpartition("-")[2])
        for building in site.buildings
        for unit in building.units
    ]


def _key(home: _Home) -> str:
    return "-".join(part for part in home if part is not None)


@given(_SITES, st.data())
def test_every_unit_of_a_site_is_found_from_any_of_its_spellings(
    site: Site, data: st.DataObject
) -> None:
    home = data.draw(st.sampled_from(_homes(site)))

    said = data.draw(_written(home))

    assert found(said, site) == _key(home), said


@given(_SITES, _SITES, st.data())
def test_what_another_site_has_is_not_taken_for_a_unit_of_this_one(
    site: Site, other: Site, data: st.DataObject
) -> None:
    home = data.draw(st.sampled_from(_homes(other)))
    same = {_without_zeros(each) for each in _homes(site)}
    assume(_without_zeros(home) not in same)
    said = data.draw(_written(home))

    match = site.find_unit(said)

    # an entrance that the site does not tell apart, or that was left out, is no contradiction
    assert match.unit is None or (
        _without_zeros(_Home(*match.unit))[::2] == _without_zeros(home)[::2]
        and None in (match.unit.entrance, home.entrance)
    ), said


def _without_zeros(home: _Home) -> tuple[str, ...]:
    return tuple((part or "").lstrip("0").lower() for part in home)


@given(_SITES, st.text(max_size=200))
@example(WUTONG, "3栋" * 60)
@example(WUTONG, "b1202 " * 30)
def test_any_text_is_read_and_a_key_is_the_unit(site: Site, said: str) -> None:
    site.find_unit(said)

    for home in _homes(site):
        assert found(_key(home), site) == _key(home)


# ---- spots ----

SPOTTED = replace(
    WUTONG,
    spots=(
        Spot(code="gate-1", name="南门 South Gate"),
        Spot(code="lobby-3", name="大堂", building="3"),
        Spot(code="lobby-B", name="大堂", building="B"),
        Spot(code="pump", name="三号楼水泵房", building="3"),
        Spot(code="P11", name="车库"),
    ),
)


@pytest.mark.parametrize(
    ("said", "codes"),
    [
        ("gate-1", ["gate-1"]),
        ("ＧＡＴＥ－１", ["gate-1"]),
        ("Gate 1", ["gate-1"]),
        ("南门 south gate", ["gate-1"]),
        ("3栋大堂", ["lobby-3"]),
        ("三号楼大堂", ["lobby-3"]),
        ("B座 大堂", ["lobby-B"]),
        ("大堂", ["lobby-3", "lobby-B"]),
        ("3栋水泵房", ["pump"]),
        ("３号楼水泵房", ["pump"]),
        ("5栋大堂", []),
        ("P1-1", []),
        ("gate", []),
        ("", []),
    ],
)
def test_a_spot_is_found_by_code_or_name(said: str, codes: list[str]) -> None:
    assert [spot.code for spot in SPOTTED.find_spots(said)] == codes
