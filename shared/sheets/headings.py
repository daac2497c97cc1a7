"""Headings of a table, however people decorate them, and which field of a form each one means."""

import re
import unicodedata
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from shared.sheets.unreadable import Unreadable

_NOTE = re.compile(
    r"[(\[【](?:必填项?|非必填|选填|可选|可不填|required|mandatory|optional"
    r"|m2|平方米|平米|平方|sq\.?m|手机|mobile|1?1位(?:数字)?|文本|text"
    r"|(?:格式|如|例如?|示例|e\.?g\.?)[^()\[\]【】]{0,60}|y{2,4}[-/.]?m{1,2}[-/.]?d{1,2}|年[-/.]?月[-/.]?日)[)\]】]$"
)
"""What forms say behind a heading of how it is to be filled in: `(必填)`, `(m2)`."""


@dataclass(frozen=True, kw_only=True)
class Column:
    """What a form asks for: a field, and the headings under which it may stand beside its name.
    `is_date`: how its values are to be read is settled by all of them.
    """

    name: str
    headings: tuple[str, ...] = ()
    required: bool = True
    is_date: bool = False


@dataclass(frozen=True, kw_only=True)
class Form:
    """One known set of columns; others beside them do no harm."""

    name: str
    columns: tuple[Column, ...]


def fitting(
    path: Path, headings: Sequence[str], forms: Sequence[Form], mapping: Mapping[str, str]
) -> Form | None:
    """Return the form whose columns all stand among the headings. Raises Unreadable where one of
    them stands there twice.
    """
    said = Counter(_plain(name) for name in headings)
    for form in forms:
        places = places_of(headings, form, mapping)
        if not places or not all(c.name in places for c in form.columns if c.required):
            continue
        repeated = sorted(headings[at] for at in places.values() if said[_plain(headings[at])] > 1)
        if repeated:
            text = "the column {columns} stands there more than once"
            raise Unreadable(path, "repeated_column", text, columns=", ".join(repeated))
        return form
    return None


def places_of(headings: Sequence[str], form: Form, mapping: Mapping[str, str]) -> dict[str, int]:
    """Return where each field of the form stands. A heading with a note behind it stands for the
    one without, where no other does.
    """
    at = {_plain(name): place for place, name in reversed(list(enumerate(headings)))}
    bare = [_NOTE.sub("", _plain(name)).strip("*:") for name in headings]
    said = Counter(bare)
    noted = {name: place for place, name in enumerate(bare) if said[name] == 1}
    found = {}
    for column in form.columns:
        named = (
            (mapping[column.name],) if column.name in mapping else (column.name, *column.headings)
        )
        plain = [_plain(name) for name in named]
        place = next(
            (known[name] for known in (at, noted) for name in plain if name in known), None
        )
        if place is not None:
            found[column.name] = place
    return found


def called(column: Column) -> str:
    """Return the field, and what people call it where that is another word."""
    others = (each for each in column.headings if _plain(each) != _plain(column.name))
    heading = next(others, None)
    return column.name if heading is None else f"{column.name} ({heading})"


def _plain(heading: str) -> str:
    """Return the heading without blanks (`姓 名`), width, case and marks."""
    text = unicodedata.normalize("NFKC", heading).casefold()
    return "".join(text.replace("_", " ").split()).strip("*:")
