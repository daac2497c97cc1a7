"""Rows stay in the store: what leaves it has a type."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

from fettle.home import SERVICES
from tests.architecture.test_rooms import ROOT

ROOMS = ("actions", "domain", "jobs", "handlers")
_UNTYPED = {"Mapping[str, Any]", "MutableMapping[str, Any]", "dict[str, Any]"}


def _untyped(source: str) -> Iterator[str]:
    """What has no type that mypy sees: a value looked up by its name, a mapping of anything, any
    keyword.
    """
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Subscript):
            text = ast.unparse(node)
            by_name = isinstance(node.slice, ast.Constant) and isinstance(node.slice.value, str)
            is_read = isinstance(node.ctx, ast.Load) and not text.startswith("Literal[")
            if text in _UNTYPED or (by_name and is_read):
                yield f"{node.lineno}: {text}"
        elif isinstance(node, ast.arguments) and node.kwarg is not None:
            if node.kwarg.annotation is None or ast.unparse(node.kwarg.annotation) != "Any":
                continue
            yield f"{node.kwarg.lineno}: **{node.kwarg.arg}: Any"


def _files_of(service: str) -> Iterator[Path]:
    for room in ROOMS:
        yield from (ROOT / "services" / service).glob(f"{room}.py")
        yield from (ROOT / "services" / service / room).rglob("*.py")


@pytest.mark.parametrize("service", SERVICES)
def test_what_leaves_the_store_has_a_type(service: str) -> None:
    files = list(_files_of(service))

    found = [
        f"{path.relative_to(ROOT)}:{each}" for path in files for each in _untyped(path.read_text())
    ]

    assert len(files) > 10
    assert found == []


@pytest.mark.parametrize(
    "source",
    [
        'def is_due(row):\n    return row["is_due"]',
        "def is_due(row: Mapping[str, Any]) -> bool: ...",
        "def is_due(row: Sequence[dict[str, Any]]) -> bool: ...",
        "def changed(**more: Any) -> None: ...",
    ],
)
def test_a_row_outside_the_store_is_found(source: str) -> None:
    assert len(list(_untyped(source))) == 1


@pytest.mark.parametrize(
    "source",
    [
        'kind: Literal["a"]',
        'detail["n"] = 1',
        "first = rows[0]",
        "def changed(**changes: Unpack[Changes]) -> None: ...",
    ],
)
def test_a_value_with_a_type_is_not(source: str) -> None:
    assert list(_untyped(source)) == []
