"""Traces as W3C Trace Context writes them."""

import pytest

from shared.telemetry import child_of, current_trace, new_trace, within_trace

GIVEN = f"00-{'a' * 32}-{'b' * 16}-01"


def test_a_child_keeps_the_trace_and_the_flags_and_has_a_span_of_its_own() -> None:
    child = child_of(GIVEN)

    assert child[:36] == GIVEN[:36]
    assert child[36:52] != "b" * 16
    assert child[52:] == "-01"


@pytest.mark.parametrize(
    "bad",
    [
        None,
        "",
        "x",
        GIVEN + "\n",
        GIVEN.upper(),
        GIVEN.replace("a", "0"),
        GIVEN.replace("b", "0"),
        "01" + GIVEN[2:],
        GIVEN + "-x",
    ],
)
def test_what_cannot_be_read_begins_a_trace(bad: str | None) -> None:
    child = child_of(bad)

    assert len(child) == len(GIVEN)
    assert "a" * 32 not in child


def test_everything_inside_belongs_to_the_trace_and_nothing_after_it() -> None:
    with within_trace(GIVEN) as outer:
        with within_trace(None) as inner:
            assert current_trace() == inner != outer
        assert current_trace() == outer

    assert current_trace() is None


def test_no_two_traces_are_alike() -> None:
    assert len({new_trace() for _ in range(100)}) == 100
