"""Patterns of messages, said."""

from typing import Any

import pytest
from fluent.syntax import FluentParser, ast

from services.portal.adapters.fluent_patterns import (
    NotSpoken,
    Say,
    chinese_plural,
    english_plural,
    function_of,
)


def _say(source: str, *, chinese: bool = False) -> Say:
    (message,) = FluentParser().parse(f"key = {source}\n").body
    assert isinstance(message, ast.Message), source
    assert message.value is not None
    return function_of(message.value, chinese_plural if chinese else english_plural)


_DAYS = """{ $n ->
    [0] never
    [one] { $n } day
   *[other] { $n } days
}"""
_STATE = """It is { $state ->
    [on_hold] on hold, { $why }
   *[other] { $state }
}."""


@pytest.mark.parametrize(
    ("source", "given", "said"),
    [
        ("Wang { $verb } { $n } times", {"verb": "came", "n": 3}, "Wang came 3 times"),
        ("{ $n }", {"n": 1_234_567}, "1,234,567"),
        ("{ $n }", {"n": 2.25}, "2.2"),
        ("{ $n }", {"n": True}, "True"),
        ("{ $n }", {"n": "<b>"}, "<b>"),
        ('{ " " }{ $n }{ "\\u007B" }', {"n": 1}, " 1{"),
        (_DAYS, {"n": 0}, "never"),
        (_DAYS, {"n": 1}, "1 day"),
        (_DAYS, {"n": 1.0}, "1.0 days"),
        (_DAYS, {"n": 2}, "2 days"),
        (_DAYS, {"n": "one"}, "one day"),
        (_STATE, {"state": "on_hold", "why": "parts"}, "It is on hold, parts."),
        (_STATE, {"state": "open", "why": ""}, "It is open."),
    ],
)
def test_a_pattern_is_said_with_what_it_is_given(
    source: str, given: dict[str, Any], said: str
) -> None:
    assert _say(source)(given) == said


def test_chinese_has_one_form() -> None:
    assert _say(_DAYS, chinese=True)({"n": 1}) == "1 days"


def test_a_long_text_is_cut() -> None:
    assert len(_say("{ $text }")({"text": "王" * 5000})) == 2001


def test_what_is_not_given_is_missed() -> None:
    with pytest.raises(KeyError):
        _say("{ $n }")({})


@pytest.mark.parametrize("source", ["{ NUMBER($n) }", "{ other }", "{ -brand }"])
def test_what_these_pages_do_not_use_is_refused(source: str) -> None:
    with pytest.raises(NotSpoken):
        _say(source)
