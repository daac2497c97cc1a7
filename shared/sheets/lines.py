"""Delimited text as it comes: any usual encoding and separator, quotes over several lines.

A broken quote spoils only its own row.
"""

import codecs
import csv
from collections import deque
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TextIO

from shared.sheets.unreadable import Unreadable

SEPARATORS = (",", ";", "\t", "|")
MAX_RECORD_LINES = 20
"""A quote still open after so many lines was never meant as one."""

_MARKS = {
    codecs.BOM_UTF8: "utf-8-sig",
    codecs.BOM_UTF16_LE: "utf-16",
    codecs.BOM_UTF16_BE: "utf-16",
}
_BLOCK_BYTES = 1 << 16
_CHINESE = "gb18030"


class BrokenRecord(str):
    """The first line of a record whose quotes do not add up, or that has no end."""

    __slots__ = ()


def encoding_of(path: Path) -> str:
    """Return what the byte-order mark says, or the first that the whole file is: UTF-8, UTF-16
    without a mark, GB18030 (what a Chinese Excel saves).

    Raises Unreadable where it is none of them, or empty.
    """
    with path.open("rb") as file:
        start = file.read(_BLOCK_BYTES)
    if not start:
        raise Unreadable(path, "empty", "the file is empty")
    marked = next((name for mark, name in _MARKS.items() if start.startswith(mark)), None)
    if marked is not None:
        likely: tuple[str, ...] = (marked,)
    elif _is_mostly_nul(start[1::2]) and b"\0" not in start[::2]:
        likely = ("utf-16-le",)
    elif _is_mostly_nul(start[::2]) and b"\0" not in start[1::2]:
        likely = ("utf-16-be",)
    else:
        likely = ("utf-8", _CHINESE)
    faults: list[Unreadable] = []
    for encoding in likely:
        found = _fault_as(path, encoding)
        if found is None:
            return encoding
        faults.append(found)
        if found.remark.code == "cut_off":
            break  # all before it is text
    raise faults[0]


@contextmanager
def opened(path: Path, encoding: str) -> Iterator[TextIO]:
    """Open the file as text, its line ends as they are."""
    with path.open(encoding=encoding, newline="") as lines:
        yield lines


def heading_rows(lines: Sequence[str], separator: str) -> Iterator[tuple[int, tuple[str, ...]]]:
    """Yield the rows that may be the headings: how many lines there are up to the row's end, and
    its cells. A quote without an end is none.
    """
    at = 0
    while at < len(lines):
        end, found = at + 1, _parsed(lines[at : at + 1], separator)
        while found is None and end < len(lines):
            end += 1
            found = _parsed(lines[at:end], separator)
        if found is None or isinstance(found, BrokenRecord):
            end = at + 1
            found = next(csv.reader([lines[at].rstrip("\r\n")], delimiter=separator), [])
        yield end, tuple(" ".join(name.split()) for name in found)
        at = end


def records(
    lines: Iterator[str], separator: str, *, width: int
) -> Iterator[list[str] | BrokenRecord]:
    """Yield the records one by one, blank ones too (as an empty list), so that each is counted.

    A record goes over several lines only if that gives it its `width` values; otherwise its
    first line alone is broken.
    """
    put_back: deque[str] = deque()

    def next_line() -> str | None:
        return put_back.popleft() if put_back else next(lines, None)

    while (line := next_line()) is not None:
        taken = [line]
        while (
            (found := _parsed(taken, separator)) is None
            and len(taken) < MAX_RECORD_LINES
            and (more := next_line()) is not None
        ):
            taken.append(more)
        joined_wrongly = len(taken) > 1 and found is not None and len(found) != width
        if found is None or isinstance(found, BrokenRecord) or joined_wrongly:
            put_back.extendleft(reversed(taken[1:]))
            found = BrokenRecord(line.rstrip("\r\n"))
        yield found


def _parsed(taken: Sequence[str], separator: str) -> list[str] | BrokenRecord | None:
    """Return the record in these lines, or None while a quote is open.

    A BrokenRecord says that more lines would not help.
    """
    try:
        return next(csv.reader(taken, delimiter=separator, strict=True), [])
    except csv.Error as error:
        return None if "unexpected end of data" in str(error) else BrokenRecord(taken[0])


def _is_mostly_nul(halves: bytes) -> bool:
    """Return whether these are the upper halves of text that is at least a third ASCII."""
    return 3 * halves.count(0) > len(halves)


def _fault_as(path: Path, encoding: str) -> Unreadable | None:
    """Return why the file is no text in this encoding, None where it is; decodes it once, block by
    block, before a row of it is used. Raises Unreadable where it has nothing but blanks.
    """
    decoder, line, empty = codecs.getincrementaldecoder(encoding)(), 1, True
    with path.open("rb") as file:
        while block := file.read(_BLOCK_BYTES):
            try:
                text = decoder.decode(block)
            except UnicodeDecodeError as error:
                line += block[: error.start].count(b"\n")
                return Unreadable(
                    path,
                    "not_text",
                    "not {encoding} text near line {line}; save it as UTF-8 or as .xlsx",
                    encoding=_spoken(encoding),
                    line=line,
                )
            line += text.count("\n")
            empty = empty and not text.strip()
    try:
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return Unreadable(
            path,
            "cut_off",
            "its last character is cut off; save it as UTF-8 or as .xlsx",
        )
    if empty:
        raise Unreadable(path, "empty", "the file is empty")
    return None


def _spoken(encoding: str) -> str:
    return encoding.removesuffix("-sig").upper()
