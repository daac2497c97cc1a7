"""What is run in one process when several run tests."""

from fettle.home import CHECKOUT
from tests.support.shares import FIRST, rank_of, share_of


def test_the_tests_of_a_file_are_one_share_and_those_of_an_instance_too() -> None:
    browser = [f"tests/e2e/browser/{file}.py::test_it" for file in ("test_desk", "test_races")]

    assert share_of("tests/unit/sla/test_x.py::test_it[a::b/c]") == "tests/unit/sla/test_x.py"
    assert {share_of(each) for each in browser} == {"tests/e2e/browser"}
    assert share_of("tests/e2e/test_the_day.py::test_it") == "tests/e2e/test_the_day.py"
    assert share_of("tests/e2e/test_the_road.py::test_it") == "tests/e2e"


def test_what_takes_long_is_there_and_comes_first() -> None:
    assert [name for name in FIRST if not (CHECKOUT / name).exists()] == []
    assert [rank_of(f"{name}::test_it") for name in FIRST] == [*range(len(FIRST))]
    assert rank_of("tests/unit/test_shares.py::test_it") == len(FIRST)
