"""Blank cells below a value, as merged cells are saved in CSV.

They are filled where the column can be nothing else: it begins with a value, and no value begins a
second block. A workbook says which cells are merged; those are filled already.
"""

from collections import defaultdict
from collections.abc import Hashable, Sequence


def fill_down(
    values: Sequence[str], within: Sequence[Hashable]
) -> tuple[list[str], frozenset[int]]:
    """Return the values of a column with its blanks filled, and where a blank may or may not stand
    for the value above it. Rows that are alike in `within` are looked at by themselves: entrances
    begin anew in each building.
    """
    filled, doubtful = list(values), set()
    blocks: dict[Hashable, list[int]] = defaultdict(list)
    for n, block in enumerate(within):
        blocks[block].append(n)
    for rows in blocks.values():
        blanks = [n for n in rows if not values[n]]
        if not blanks or len(blanks) == len(rows):
            continue
        if not _looks_merged([values[n] for n in rows]):
            doubtful.update(blanks)
            continue
        above = ""
        for n in rows:
            above = filled[n] = values[n] or above
    return filled, frozenset(doubtful)


def _looks_merged(values: Sequence[str]) -> bool:
    begun = [value for value in values if value]
    return bool(values[0]) and len(set(begun)) == len(begun)
