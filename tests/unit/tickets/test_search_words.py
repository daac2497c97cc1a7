"""How words are cut into tokens."""

from dataclasses import replace

import pytest

from services.tickets.domain.search_units import with_units_by_key
from services.tickets.domain.search_words import needed_tokens, tokens_of, words_of
from services.tickets.domain.site import Building
from shared.errors import Invalid
from tests.unit.tickets.arranging import SITE


@pytest.mark.parametrize(
    ("words", "tokens"),
    [
        (["leak"], {"le", "ea", "ak"}),
        (["漏水"], {"漏", "水", "漏水"}),
        (["水"], {"水"}),
        (["3-1a"], {"3-", "-1", "1a", "3-1", "-1a"}),
        (["b", "水a"], {"水", "水a"}),
        (["x"], set()),
    ],
)
def test_a_word_is_cut_into_pairs_threes_with_a_digit_and_single_characters_beyond_ascii(
    words: list[str], tokens: set[str]
) -> None:
    assert tokens_of(words) == tokens


def test_what_is_asked_is_folded_to_narrow_lower_case_words() -> None:
    assert list(words_of("ＬＥＡＫ　漏水 Ｂ")) == ["leak", "漏水", "b"]


def test_the_tokens_of_a_part_are_among_those_of_the_whole() -> None:
    whole = "水管接头abc-1042漏水x"

    for begin in range(len(whole)):
        for end in range(begin + 1, len(whole) + 1):
            assert tokens_of([whole[begin:end]]) <= tokens_of([whole])


def test_a_token_that_is_part_of_another_is_not_asked_for() -> None:
    assert needed_tokens(["漏水", "水", "3-12", "leak"]) == sorted(
        {"漏水", "3-1", "-12", "le", "ea", "ak"}
    )


@pytest.mark.parametrize("question", ["", "  ", "x", "a b 1", "　"])
def test_a_question_that_no_token_answers_is_refused(question: str) -> None:
    with pytest.raises(Invalid):
        words_of(question)


@pytest.mark.parametrize(
    ("question", "keyed"),
    [
        ("三号楼1202", ["\n3-1202"]),
        ("３栋１２０２室", ["\n3-1202"]),
        ("3#1202", ["\n3-1202"]),
        ("b座1202", ["\nb-1202"]),
        ("5栋2单元1202", ["\n5-2-1202"]),
        ("5栋 2单元 1202", ["\n5-2-1202"]),
        ("bldg 3, apt 1202", ["\n3-1202"]),
        ("漏水 三号楼1202", ["漏水", "\n3-1202"]),
        ("三号楼12层02室", ["\n3-1202"]),
        ("1202室 漏水", ["-1202", "漏水"]),
        ("五栋 漏水", ["\n5-", "漏水"]),
        ("2单元", ["-2-"]),
        ("3-1202", []),
        ("demo-1042-k", []),
        ("漏水 水管", []),
        ("三楼", []),
        ("门", []),
    ],
)
def test_a_unit_that_is_asked_for_as_people_say_it_is_also_asked_for_by_its_key(
    question: str, keyed: list[str]
) -> None:
    assert list(with_units_by_key(words_of(question), None)) == keyed


def test_a_site_knows_what_its_buildings_are_called() -> None:
    site = replace(SITE, buildings=(Building(code="G", name="桂花楼", units=("1202",)),))

    assert with_units_by_key(words_of("桂花楼1202"), site) == ("\ng-1202",)
    assert with_units_by_key(words_of("漏水 桂花楼"), site) == ("漏水", "\ng-")
