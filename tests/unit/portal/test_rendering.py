"""Pages are made of parts that are made once for each of them."""

from itertools import count
from pathlib import Path

import pytest
from jinja2 import Environment, FileSystemLoader
from jinja2.meta import find_undeclared_variables

from services.portal.adapters.moments import FILTERS
from services.portal.adapters.rendering import MADE_ONCE, TEMPLATES, Templates
from services.portal.adapters.static_files import StaticFiles

_OF_EVERY_PAGE = {
    *("page", "visitor", "t", "csrf", "now", "language"),
    *("static", "sentence", "new_key", "range", "dict", "namespace", "cycler", "joiner", "lipsum"),
}
"""What `Page.render` and the environment give every template."""


def _saying(name: str) -> str:
    """Return a template whose macro says when it was made, and what it reads."""
    return "{% set number = tick() %}{% macro say() %}{{ number }}{{ " + name + " }}{% endmacro %}"


@pytest.fixture
def templates(tmp_path: Path) -> Templates:
    (tmp_path / "parts").mkdir()
    for name, text in {
        "parts/parts.html": _saying("t"),
        "parts/frame.html": _saying("face"),
        "base.html": (
            '{% import "parts/parts.html" as parts with context %}'
            '{% import "parts/frame.html" as frame with context %}'
            "{{ parts.say() }} {{ frame.say() }} {% block main %}{% endblock %}"
        ),
        "page.html": (
            '{% extends "base.html" %}{% import "parts/parts.html" as parts with context %}'
            '{% set face = "r" %}{% block main %}{{ parts.say() }}{% endblock %}'
        ),
    }.items():
        (tmp_path / name).write_text(text)
    return Templates(StaticFiles(), tmp_path)


def test_parts_that_a_page_and_its_frame_import_are_made_once_for_both(
    templates: Templates,
) -> None:
    numbers = count(1)

    said = templates.html("page.html", {"tick": lambda: next(numbers), "t": "zh"})

    assert said == "1zh 2r 1zh"


def test_each_page_has_parts_of_its_own(templates: Templates) -> None:
    numbers = count(1)

    first, second = (
        templates.html("page.html", {"tick": lambda: next(numbers), "t": language})
        for language in ("zh", "en")
    )

    assert (first, second) == ("1zh 2r 1zh", "3en 4r 3en")


@pytest.mark.parametrize("name", sorted(MADE_ONCE))
def test_what_is_made_once_reads_nothing_that_a_single_template_sets(name: str) -> None:
    environment = Environment(loader=FileSystemLoader(TEMPLATES), autoescape=True)
    environment.filters.update(FILTERS)
    environment.tests["missing"] = lambda value: False

    read = find_undeclared_variables(environment.parse((TEMPLATES / name).read_text("utf-8")))

    assert read <= _OF_EVERY_PAGE
