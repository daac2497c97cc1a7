"""Whatever the services find wrong in a list is said in the reader's language."""

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from services.portal.adapters.service_answers import Refusal
from services.portal.domain.visitor import LANGUAGES, Language
from services.portal.pages.problems import problem_of
from tests.support.messages import strict_messages

_ROOT = Path(__file__).parents[3]
_SERVICES = ("tickets", "dispatch", "notify")
_OF_A_FILE = ("worker.py", "process.py")
"""Where what cannot be read at all is named by a remark."""
_PLACES = {"WrongValue": 0, "WrongCell": 1, "Unreadable": 1, "Remark.of": 0}
"""By what is called: which of its arguments is the code, before the words."""


@dataclass(frozen=True)
class _Said:
    """What the parsers may say: `values` are those that come with it."""

    code: str
    values: frozenset[str]
    of_file: bool


def _key_of(said: _Said) -> str:
    family = "refusal-unreadable-sheet-" if said.of_file else "desk-import-said-"
    return family + said.code.replace("_", "-")


def _files() -> Iterator[Path]:
    for folder in ("shared/sheets", "shared/importing"):
        yield from (_ROOT / folder).glob("*.py")
    for service in _SERVICES:
        for room in ("domain", "actions"):
            yield from (_ROOT / "services" / service / room).rglob("*.py")


def _calls(path: Path) -> Iterator[tuple[str, ast.Call]]:
    text = path.read_text("utf-8")
    if not any(name.partition(".")[0] in text for name in _PLACES):
        return  # most files: to parse them all takes a second
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.Call) and (called := ast.unparse(node.func)) in _PLACES:
            yield called, node


@cache
def _all_said() -> frozenset[_Said]:
    found = set()
    for path in _files():
        for called, call in _calls(path):
            if any(each.arg is None for each in call.keywords):
                continue  # hands on what it was given
            code = call.args[_PLACES[called]]
            assert isinstance(code, ast.Constant), f"{path}: {ast.unparse(call)}"
            values = {str(each.arg) for each in call.keywords}
            if path.name == "dates.py":
                values.add("column")  # of which Table tells more
            of_file = called == "Unreadable" or path.name in _OF_A_FILE
            found.add(_Said(str(code.value), frozenset(values), of_file))
    return frozenset(found)


_SAID: list[_Said] = sorted(_all_said(), key=_key_of)


def test_the_codes_of_the_parsers_are_found() -> None:
    codes = {each.code for each in _all_said()}

    assert {"no_date", "no_unit", "unknown_shift", "wrong_contact", "damaged", "twice"} <= codes
    assert len(codes) > 80


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("said", _SAID, ids=_key_of)
def test_each_has_a_message_that_needs_no_other_values(said: _Said, language: Language) -> None:
    t = strict_messages().translate(language)

    assert t(_key_of(said), **dict.fromkeys(said.values, "7"))


def test_each_column_that_a_list_may_lack_has_a_name() -> None:
    named = {
        str(call.args[0].value).replace("_", "-")
        for path in _files()
        for called, call in _calls(path)
        if called == "WrongCell" and isinstance(call.args[0], ast.Constant)
    }
    messages = strict_messages()

    assert {"building", "room", "resolved-at"} <= named
    assert {each for each in named if not messages.has(f"desk-import-column-{each}")} == set()


def test_a_code_comes_with_the_same_values_wherever_it_is_said() -> None:
    codes = [(each.code, each.of_file) for each in _all_said()]

    assert sorted(codes) == sorted(set(codes))


def _refused(**members: Any) -> str:
    refusal = Refusal("tickets", 422, "unreadable_sheet", "a.csv cannot be read: odd.", members)
    messages = strict_messages()
    return problem_of(refusal, messages.translate("zh-CN"), messages).said


def test_a_file_that_cannot_be_read_is_said_by_its_reason_and_else_by_the_service() -> None:
    known = _refused(reason="no_sheet", values={"sheet": "三月", "sheets": "一月, 二月"})

    assert known == "没有“三月”这张工作表，现有：一月, 二月"
    assert _refused(reason="odd", values={}) == "这个文件读不了：a.csv cannot be read: odd."
