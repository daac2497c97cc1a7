"""What a service finds wrong with a setting, by the fields of its form."""

import re
from collections.abc import Collection, Iterator, Mapping
from typing import Any

_OF_ONE_CATEGORY = re.compile(r"^/categories/[0-9]+(?=/)")
"""A category has a form of its own, and is put with its site."""


def faults_of(detail: str, members: Mapping[str, Any]) -> Iterator[tuple[str, Mapping[str, Any]]]:
    """Yield each fault of a refusal with its JSON pointer: those of the body's form, or the one
    that a rule found, whose words are the `detail`.
    """
    for each in members.get("errors") or ():
        yield each.get("pointer") or each.get("parameter", ""), each
    if "field" in members:
        yield members["field"], {**members, "detail": detail}


def field_at(pointer: str, fields: Collection[str]) -> str | None:
    """Return which of the form's fields is about that place of the body, None where none is:
    `/targets/normal/arrival` is written in `arrival_normal`, `/names/zh-CN` in `name_zh`,
    `/danger_words/3` in `danger_words`.
    """
    first, *inner = _OF_ONE_CATEGORY.sub("", pointer).strip("/").split("/")
    likely = [f"{inner[-1]}_{inner[-2]}"] if len(inner) > 1 else []
    for stem in (first, first.removesuffix("s")):
        likely += [f"{stem}_{key}" for each in inner[:1] for key in (each, each[:2])]
    return next((each for each in (*likely, first) if each in fields), None)
