"""How words are cut into tokens."""

import pytest

from services.tickets.domain.search_words import needed_tokens, tokens_of, words_of
from shared.errors import Invalid


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
