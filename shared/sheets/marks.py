"""Cells that a spreadsheet would compute, and the mark that has it show them instead."""

import re

_FORMULA = re.compile("[=+\\-@\t\r\n＝＋－＠]")
"""Begins what a spreadsheet computes instead of showing it; in a full-width form too."""
_AS_TEXT = "'"
"""Before a text, has a spreadsheet take it for one, and stays out of sight."""

_MARKED = re.compile(rf'=" *([^"]*?) *"|{_AS_TEXT}((?:{_FORMULA.pattern}|[0-9]).*)', re.DOTALL)


def as_text(text: str) -> str:
    """Return the text as a cell has it: one that would be computed is marked as a text."""
    return _AS_TEXT + text if _FORMULA.match(text) else text


def without_mark(cell: str) -> str:
    """Return the text of a cell that is marked as one, so that nothing is computed: `'=1`, `'0101`,
    `="0101"`.
    """
    if found := _MARKED.fullmatch(cell):
        return found[1] if found[2] is None else found[2]
    return cell
