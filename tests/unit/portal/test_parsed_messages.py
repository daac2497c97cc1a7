"""What was parsed once is read again as long as the files are what they were."""

import sys
from pathlib import Path

import pytest
from fluent.syntax import ast

from services.portal.adapters import parsed_messages
from services.portal.adapters.messages import I18N
from services.portal.adapters.parsed_messages import messages_in
from services.portal.domain.visitor import LANGUAGES


class NotToParse:
    def __init__(self, **how: bool) -> None:
        raise AssertionError("parsed anew")


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(sys, "dont_write_bytecode", False)
    (tmp_path / "a.ftl").write_text("one = One\nsome = { $count } of them\n")
    (tmp_path / "b.ftl").write_text("other = Another\n")
    return tmp_path


def test_a_message_is_its_text_or_its_pattern(folder: Path) -> None:
    messages = dict(messages_in(folder))

    assert (messages["one"], messages["other"]) == ("One", "Another")
    assert isinstance(messages["some"], ast.Pattern)


def test_it_is_parsed_once(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    before = dict(messages_in(folder))
    monkeypatch.setattr(parsed_messages, "FluentParser", NotToParse)

    after = dict(messages_in(folder))

    assert list(after) == list(before)
    assert (after["one"], after["other"]) == ("One", "Another")


def test_all_messages_of_the_pages_are_the_same_once_kept(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "dont_write_bytecode", False)
    for language in LANGUAGES:
        (tmp_path / language).mkdir()
        for path in (I18N / language).glob("*.ftl"):
            (tmp_path / language / path.name).write_bytes(path.read_bytes())
        parsed = messages_in(tmp_path / language)
        kept = messages_in(tmp_path / language)

        assert [(key, _shown(said)) for key, said in kept] == [
            (key, _shown(said)) for key, said in parsed
        ]


def _shown(said: str | ast.Pattern) -> object:
    return said if isinstance(said, str) else said.to_json()


@pytest.mark.parametrize("change", ["one = Eins\n", ""])
def test_a_file_that_has_changed_is_parsed_anew(folder: Path, change: str) -> None:
    messages_in(folder)
    (folder / "a.ftl").write_text(change)

    messages = dict(messages_in(folder))

    assert messages.get("one") == ("Eins" if change else None)
    assert messages["other"] == "Another"


def test_it_is_parsed_each_time_where_nothing_can_be_kept(folder: Path) -> None:
    (folder / "__pycache__").write_text("a file, so that no folder can be made")

    assert [key for key, _ in messages_in(folder)] == ["one", "some", "other"]
    assert [key for key, _ in messages_in(folder)] == ["one", "some", "other"]
