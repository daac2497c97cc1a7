"""Templates that were compiled once are compiled by no start after that."""

import sys
from pathlib import Path
from typing import Any

import pytest
from jinja2 import Environment, FileSystemLoader

from shared.compiled_templates import CompiledTemplates


class _Counting(Environment):
    compilations = 0

    def compile(self, *given: Any, **more: Any) -> Any:
        self.compilations += 1
        return super().compile(*given, **more)


def _environment(folder: Path) -> _Counting:
    return _Counting(loader=FileSystemLoader(folder), bytecode_cache=CompiledTemplates(folder))


def test_a_template_is_compiled_again_only_when_it_changes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "dont_write_bytecode", False)
    (tmp_path / "a.txt").write_text("{{ name }}!")
    first, second, third = (_environment(tmp_path) for _ in range(3))

    assert first.get_template("a.txt").render(name="Li") == "Li!"
    assert second.get_template("a.txt").render(name="Li") == "Li!"
    (tmp_path / "a.txt").write_text("{{ name }}?")
    assert third.get_template("a.txt").render(name="Li") == "Li?"

    assert [each.compilations for each in (first, second, third)] == [1, 0, 1]
