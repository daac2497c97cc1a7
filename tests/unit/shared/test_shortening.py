"""Long words are cut between words."""

import pytest

from shared.shortening import printable, shortened


@pytest.mark.parametrize(
    ("words", "longest", "cut"),
    [
        ("short", 5, "short"),
        ("the valve is shut", 12, "the valve…"),
        ("the valve is shut", 10, "the valve…"),
        ("the valve, shut", 11, "the valve,…"),
        ("réparée déjà", 9, "réparée…"),
        ("水管已经修好了", 5, "水管已经…"),
        ("换了valve以后", 5, "换了…"),
        ("x" * 100, 10, "x" * 9 + "…"),
        ("a" + "x" * 100, 90, "a" + "x" * 88 + "…"),
    ],
)
def test_words_are_cut_where_one_ends(words: str, longest: int, cut: str) -> None:
    assert shortened(words, longest) == cut
    assert len(shortened(words, longest)) <= longest


def test_control_characters_become_blanks() -> None:
    assert printable("a\x01b\r\n\tc\x7f") == "a b \n\tc "
