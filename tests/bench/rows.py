"""Rows of the tables that the bench prints."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, NamedTuple

from rich.console import Console
from rich.table import Table

from tests.bench.goals import gap

Trees = Mapping[str, Mapping[str, Any]]
"""By tree, `now` first: `{"headline", "create", "lives", "start", "pages"}`."""


class Row(NamedTuple):
    """`said` is what each tree's figure is, in words."""

    figure: str
    said: Sequence[str]
    goal: str = ""


def print_rows(
    title: str, columns: Sequence[str], rows: Iterable[Row], console: Console, *, markdown: bool
) -> None:
    """Print one table, with a column for what is aimed for."""
    lines = [
        ("figure", *columns, "floor, aim"),
        *((row.figure, *row.said, row.goal) for row in rows),
    ]
    console.print(
        _page(title, lines) if markdown else _table(title, lines), markup=False, highlight=False
    )


def goals_of(trees: Trees, *keys: str) -> str:
    """Return what is aimed for in this tree's figures of these names, and how far they are."""
    now = next(iter(trees.values()))["headline"]
    return "; ".join(said for key in keys if (said := gap(key, now[key])))


def costs_in_words(costs: Mapping[str, float]) -> str:
    return ", ".join(f"{name} {ms:.2f}" for name, ms in costs.items()) + " ms"


def _table(title: str, lines: Sequence[Sequence[str]]) -> Table:
    table = Table(*lines[0], title=title, title_justify="left")
    for line in lines[1:]:
        table.add_row(*line)
    return table


def _page(title: str, lines: Sequence[Sequence[str]]) -> str:
    """As Markdown, for the docs."""
    head, *rest = ("| " + " | ".join(line) + " |" for line in lines)
    return "\n".join((f"### {title}\n", head, "| --- " * len(lines[0]) + "|", *rest, ""))
