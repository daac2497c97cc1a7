"""Why technicians do not take a job, or have it no more."""

from collections.abc import Mapping

import pytest

from services.portal.domain.reasons import DECLINED, LOST, RETURNED, Why, why_of
from services.portal.domain.step_forms import FormWrong, read_reason
from services.tickets.domain.danger.words import USUAL_DANGER_WORDS, words_of_danger


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"reason": "busy"}, "busy"),
        ({"reason": "busy", "words": " until three "}, "busy: until three"),
        ({"words": "until three"}, "until three"),
        ({"reason": "odd", "words": "until three"}, "until three"),
        ({}, ""),
    ],
)
def test_dispatch_is_told_the_code_and_what_was_written(
    fields: Mapping[str, str], said: str
) -> None:
    assert read_reason(fields, DECLINED, demanded=False).said == said


def test_a_reason_is_no_longer_than_dispatch_takes() -> None:
    longest = {"reason": "tools", "words": "w" * 493}

    assert len(read_reason(longest, RETURNED, demanded=True).said) == 500
    with pytest.raises(FormWrong):
        read_reason({**longest, "words": "w" * 494}, RETURNED, demanded=True)


@pytest.mark.parametrize(
    ("said", "why"),
    [
        ("far", Why(usual="technician-decline-far")),
        ("far: 隔着河", Why(usual="technician-decline-far", words="隔着河")),
        ("离得太远", Why(words="离得太远")),
        ("unwell", Why(words="unwell")),
        (None, Why()),
    ],
)
def test_a_reason_is_read_by_its_code_and_else_as_it_stands(said: str | None, why: Why) -> None:
    assert why_of(said, DECLINED) == why


@pytest.mark.parametrize("code", [*DECLINED, *LOST])
def test_no_code_sounds_like_danger_to_tickets(code: str) -> None:
    """The reasons of returned jobs are searched for words of danger."""
    assert words_of_danger(USUAL_DANGER_WORDS, code) == ()
