"""Which passwords are taken."""

import pytest

from services.portal.domain.passwords import Weakness, normal, weakness_of

OWN = ("sunlihua", "孙丽华", "sun.lihua@example.com", "+8613800138000")


@pytest.mark.parametrize(
    "password",
    [
        "correct horse battery",
        "雨天要带伞出门才行呀呀",
        "tV9#mz!kq2Lp",
        "drei Enten am Teich",
        "x" * 3 + "quartz-lemon-44",
    ],
)
def test_long_and_odd_ones_are_taken(password: str) -> None:
    assert weakness_of(password, own=OWN) is None


@pytest.mark.parametrize(
    ("password", "why"),
    [
        ("", Weakness.SHORT),
        ("short", Weakness.SHORT),
        ("123456789", Weakness.SHORT),
        ("q" * 201, Weakness.LONG),
        ("1234567890", Weakness.EASY),
        ("0123456789012345", Weakness.EASY),
        ("qwertyuiop", Weakness.EASY),
        ("password12", Weakness.EASY),
        ("PASSWORD1234", Weakness.EASY),
        ("aaaaaaaaaaaa", Weakness.EASY),
        ("ababababababab", Weakness.EASY),
        ("fettle123456", Weakness.EASY),
        ("Sunlihua2026!x", Weakness.OWN),
        ("my-sun.lihua-secret", Weakness.OWN),
        ("call-8613800138000", Weakness.OWN),
    ],
)
def test_what_is_tried_first_is_not_taken(password: str, why: Weakness) -> None:
    assert weakness_of(password, own=OWN) is why


def test_a_short_name_weakens_nothing() -> None:
    assert weakness_of("a li in the meadow", own=("li", "李")) is None


def test_a_password_is_the_same_however_a_keyboard_composes_it() -> None:
    assert normal("Cafe\u0301 ２０２６") == normal("Café 2026")
