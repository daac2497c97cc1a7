"""A list that was read: its good rows, on disk and brought in pieces, and what is wrong with the
others.
"""

import asyncio
import json
from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import islice
from typing import BinaryIO

from shared.importing.outcome import Outcome, Problem
from shared.importing.rows import SheetRow
from shared.importing.wrong import WrongCell
from shared.remarks import Remark


@dataclass(frozen=True, kw_only=True)
class Sheet:
    """`good` is how many rows can be read; `titles` are the cells above the headings."""

    rows: int
    good: int
    bad: int
    problems: Sequence[Problem]
    unlisted: int
    ignored: Sequence[str]
    remarks: Sequence[Remark]
    titles: Sequence[str]
    headings: Mapping[str, str]
    """Of each field that is there, as the file writes it."""
    group: tuple[str, ...]
    _lines: BinaryIO = field(repr=False)

    async def pieces(self, size: int = 500) -> AsyncIterator[list[SheetRow]]:
        """Yield the good rows, `size` at a time; from the first one each time it is asked."""
        await asyncio.to_thread(self._lines.seek, 0)
        left = self.good
        while left > 0:
            piece = await asyncio.to_thread(self._read, min(size, left))
            left -= len(piece)
            yield piece

    async def groups(self, size: int = 200) -> AsyncIterator[list[list[SheetRow]]]:
        """Yield the good rows, those together that their form groups, about `size` rows at a time;
        a group of more than that in several parts.
        """
        gathered: list[list[SheetRow]] = []
        async for rows in self.pieces(size):
            for row in rows:
                last = gathered[-1] if gathered else []
                if last and len(last) < size and self._are_alike(last[0], row):
                    last.append(row)
                else:
                    gathered.append([row])
            if len(gathered) > 1:
                yield gathered[:-1]
                gathered = gathered[-1:]
        if gathered:
            yield gathered

    def outcome(self) -> Outcome:
        """Return the outcome to begin with: nothing taken, and what is wrong with the file."""
        return Outcome(
            rows=self.rows,
            ignored=tuple(self.ignored),
            remarks=list(self.remarks),
            bad=self.bad,
            problems=list(self.problems),
            unlisted=self.unlisted,
        )

    def problem(self, row: SheetRow, wrong: WrongCell) -> Problem:
        """Return what is wrong with a field of the row."""
        value = row.values.get(wrong.column)
        return Problem.of(
            wrong.remark,
            row=row.number,
            column=self.headings.get(wrong.column, wrong.column),
            value="" if value is None else str(value),
        )

    def _are_alike(self, one: SheetRow, other: SheetRow) -> bool:
        return one.group(self.group) == other.group(self.group)

    def close(self) -> None:
        self._lines.close()

    def _read(self, count: int) -> list[SheetRow]:
        lines = list(islice(self._lines, count))
        if len(lines) < count:
            raise RuntimeError("the rows on disk are fewer than were read")
        return [SheetRow(*json.loads(line)) for line in lines]
