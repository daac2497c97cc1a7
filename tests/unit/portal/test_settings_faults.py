"""Whatever a service finds wrong with a setting is said at its field, in the reader's language."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

from services.portal.domain.settings.faults import faults_of, field_at
from services.portal.domain.visitor import LANGUAGES, Language
from tests.support.messages import strict_messages

_ROOT = Path(__file__).parents[3]
_RULES = (
    *(_ROOT / "services/sla").rglob("*.py"),
    *(_ROOT / "services/tickets/domain" / name for name in ("site.py", "questions.py")),
)
"""Where rules about settings stand. What breaks none is a fault of a limit, by pydantic's name."""
_OF_LIMITS = {
    "missing": (),
    "string_too_short": ("min_length",),
    "string_too_long": ("max_length",),
    "string_pattern_mismatch": ("pattern",),
    "too_long": ("max_length",),
    "greater_than_equal": ("ge",),
    "greater_than": ("gt",),
    "less_than_equal": ("le",),
    "less_than": ("lt",),
    "enum": ("expected",),
    "unstorable": ("what",),
    "string_unicode": (),
    "date_from_datetime_parsing": ("error",),
    "date_parsing": ("error",),
}


def _reasons() -> Iterator[tuple[str, tuple[str, ...]]]:
    """Yield what rules may say, each with the names of its values."""
    for path in _RULES:
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.Call):
                yield from _reasons_of(node)
            elif isinstance(node, ast.Yield) and isinstance(node.value, ast.Tuple):
                yield from _reasons_yielded(node.value)


def _reasons_of(call: ast.Call) -> Iterator[tuple[str, tuple[str, ...]]]:
    called = ast.unparse(call.func)
    if called in ("WrongValue", "NoDuration"):
        assert isinstance(call.args[0], ast.Constant)
        yield str(call.args[0].value), tuple(str(each.arg) for each in call.keywords)
    elif called == "Invalid":
        given = {each.arg: each.value for each in call.keywords}
        reason, values = given.get("reason"), given.get("values")
        if isinstance(reason, ast.Constant):
            keys = values.keys if isinstance(values, ast.Dict) else []
            yield str(reason.value), tuple(ast.literal_eval(key) for key in keys if key)


def _reasons_yielded(parts: ast.Tuple) -> Iterator[tuple[str, tuple[str, ...]]]:
    """Yield the reason of a question's fault: field, reason, words."""
    if len(parts.elts) == 3 and isinstance(parts.elts[1], ast.Constant):
        yield str(parts.elts[1].value), ()


_ALL = sorted({*_OF_LIMITS.items(), *_reasons()})


def test_the_reasons_of_the_rules_are_found() -> None:
    found = {reason for reason, _ in _reasons()}

    assert {"unknown_time_zone", "no_duration", "no_such_calendar", "no_options"} <= found


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(("code", "values"), _ALL, ids=[code for code, _ in _ALL])
def test_each_fault_has_a_message_that_needs_no_other_values(
    code: str, values: tuple[str, ...], language: Language
) -> None:
    t = strict_messages().translate(language)

    assert t(f"desk-settings-fault-{code.replace('_', '-')}", **dict.fromkeys(values, "7"))


@pytest.mark.parametrize(
    ("pointer", "fields", "field"),
    [
        ("/time_zone", ("name", "time_zone"), "time_zone"),
        ("/targets/normal/arrival", ("arrival_low", "arrival_normal"), "arrival_normal"),
        ("/match/category", ("match_category",), "match_category"),
        ("/certificates/lift/0", ("certificates_lift",), "certificates_lift"),
        ("/danger_words/3", ("danger_words",), "danger_words"),
        ("/days/2/date", ("days", "time_zone"), "days"),
        ("/modes/lift", ("mode", "mode_lift"), "mode_lift"),
        ("/categories/4/names/zh-CN", ("code", "name_zh"), "name_zh"),
        ("/categories/4/code", ("code",), "code"),
        ("/buildings/0/name", ("name",), None),
        ("", ("name",), None),
    ],
)
def test_a_fault_is_said_at_the_field_that_it_is_about(
    pointer: str, fields: tuple[str, ...], field: str | None
) -> None:
    assert field_at(pointer, fields) == field


def test_faults_are_those_of_the_body_or_the_one_of_a_rule() -> None:
    of_body = {"errors": [{"pointer": "/name", "detail": "is missing", "code": "missing"}]}
    of_rule = {"field": "/time_zone", "reason": "unknown_time_zone"}

    assert [pointer for pointer, _ in faults_of("", of_body)] == ["/name"]
    ((pointer, fault),) = faults_of("No zone.", of_rule)
    assert (pointer, fault["detail"], fault["reason"]) == (
        "/time_zone",
        "No zone.",
        "unknown_time_zone",
    )
