"""CSV as it comes: byte-order marks, any usual separator, quotes over several lines.

A broken quote spoils only its own row.
"""

import codecs
import csv
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TextIO

from demo.requests import UnreadableFile

SEPARATORS = (",", ";", "\t", "|")
MAX_RECORD_LINES = 20
"""A quote still open after so many lines was never meant as one."""

_ENCODINGS = {
    codecs.BOM_UTF8: "utf-8-sig",
    codecs.BOM_UTF16_LE: "utf-16",
    codecs.BOM_UTF16_BE: "utf-16",
}
_BLOCK_BYTES = 1 << 16


class BrokenRecord(str):
    """The first line of a record whose quotes do not add up, or that has no end."""

    __slots__ = ()


@contextmanager
def opened(path: Path) -> Iterator[TextIO]:
    """Open the file as text. Raises UnreadableFile where it is missing, not text, or empty."""
    if path.is_dir():
        raise UnreadableFile(f"{path}: is a directory; name one file in it")
    if not path.is_file():
        raise UnreadableFile(f"{path}: there is no such file")
    encoding = _encoding(path)
    with path.open(encoding=encoding, newline="") as lines:
        yield lines


def header(line: str, separator: str) -> tuple[str, ...]:
    """Return the names of the columns in a line."""
    return tuple(name.strip() for name in next(csv.reader([line], delimiter=separator), []))


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


def _parsed(taken: list[str], separator: str) -> list[str] | BrokenRecord | None:
    """Return the record in these lines, or None while a quote is open.

    A BrokenRecord says that more lines would not help.
    """
    try:
        return next(csv.reader(taken, delimiter=separator, strict=True), [])
    except csv.Error as error:
        return None if "unexpected end of data" in str(error) else BrokenRecord(taken[0])


def _encoding(path: Path) -> str:
    """Return UTF-8, or what the byte-order mark says. Raises UnreadableFile.

    The whole file is decoded once, block by block, before a row of it is used.
    """
    with path.open("rb") as file:
        start = file.read(4)
        encoding = next(
            (name for mark, name in _ENCODINGS.items() if start.startswith(mark)), "utf-8"
        )
        file.seek(0)
        decoder, line, empty = codecs.getincrementaldecoder(encoding)(), 1, True
        while block := file.read(_BLOCK_BYTES):
            try:
                text = decoder.decode(block)
            except UnicodeDecodeError as error:
                line += block[: error.start].count(b"\n")
                raise UnreadableFile(
                    f"{path}: not {encoding.upper()} text near line {line}; save it as UTF-8"
                ) from None
            line += text.count("\n")
            empty = empty and not text.strip()
        try:
            decoder.decode(b"", final=True)
        except UnicodeDecodeError:
            raise UnreadableFile(
                f"{path}: its last character is cut off; save it as UTF-8"
            ) from None
    if empty:
        raise UnreadableFile(f"{path}: the file is empty")
    return encoding
