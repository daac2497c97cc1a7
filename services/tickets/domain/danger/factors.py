"""What has to stand in a text for a pattern to match in it, so that most need not be tried.

Patterns are written as the rules write them: no named groups, no back references.
"""

import re
from collections.abc import Iterable
from typing import NamedTuple

_MARK = re.compile(
    # letters in a row first, each of which stands once: most of a pattern
    r"((?:[^\\\[\](){}|?*+^$.■](?![?*+{]))+)"
    r"|\\.|\[\^?(?:\\.|[^\]\\])+\]|\((?:\?(?::|=|!|<=|<!))?|\{\d*,?\d*\}|.",
    re.ASCII | re.DOTALL,
)
_STANDING_GROUPS = ("(", "(?:", "(?=")
_CHOICE = re.compile(r"\[([^\^\\\-\]]+)\]")
_NO_LETTERS = "^$.■"
"""The last stands for words that were blanked, and in no text before."""
_MIN_LATIN = 3
"""Letters of a Latin piece: shorter ones stand in every text."""

Need = frozenset[str]
"""Pieces of text, of which one stands in every match."""


class Alternative(NamedTuple):
    pattern: str
    needs: tuple[Need, ...]


def alternatives(pattern: str) -> list[Alternative]:
    """Return the alternatives between the outermost `|` of a pattern, each with what it needs."""
    return _Reader(pattern).read()


def rarest(needs: Iterable[Need]) -> Need:
    """Return the need that is met least often; an empty one where there is none."""
    return max(needs, key=_rareness, default=frozenset())


def _rareness(need: Need) -> tuple[int, int]:
    return min(len(piece) if piece.isascii() else 3 * len(piece) for piece in need), -len(need)


class _Branch:
    def __init__(self, begins: int) -> None:
        self.begins = begins
        self.needs: list[Need] = []
        self.letters = ""
        """Those read since the last thing that is none."""

    def pause(self) -> None:
        if _tells(self.letters):
            self.needs.append(frozenset((self.letters,)))
        self.letters = ""

    def add(self, *needs: Need) -> None:
        self.needs += (need for need in needs if need and all(map(_tells, need)))


class _Reader:
    def __init__(self, pattern: str) -> None:
        self._pattern = pattern
        self._marks = [
            (found[0], found.start(), found.lastindex == 1) for found in _MARK.finditer(pattern)
        ]
        self._marks.append((")", len(pattern), False))
        self._next = 0

    def read(self) -> list[Alternative]:
        """Read to the end of the group that was begun, or of the pattern."""
        found: list[Alternative] = []
        branch = _Branch(self._marks[self._next][1])
        while True:
            mark, at, is_plain = self._marks[self._next]
            self._next += 1
            if is_plain:
                branch.letters += mark
            elif mark in "|)":
                branch.pause()
                needs = tuple(sorted(set(branch.needs), key=lambda need: (len(need), *need)))
                found.append(Alternative(self._pattern[branch.begins : at], needs))
                if mark == ")":
                    return found
                branch = _Branch(at + 1)
            elif mark.startswith("("):
                branch.pause()
                inner = self.read()
                if self._least() and mark in _STANDING_GROUPS:
                    branch.add(*_needs_of_group(inner))
            else:
                self._read_letter(branch, mark)

    def _read_letter(self, branch: _Branch, mark: str) -> None:
        before = self._next
        least = self._least()
        if choice := _CHOICE.fullmatch(mark):
            branch.pause()
            branch.add(frozenset(choice[1]) if least else frozenset())
            return
        letter = _letter_of(mark) if least else ""
        branch.letters += letter
        if not letter or self._next != before:
            branch.pause()

    def _least(self) -> int:
        """Return how often what was read last has to stand at least, by what follows it."""
        mark = self._marks[self._next][0]
        if mark not in ("?", "*", "+") and not mark.startswith("{"):
            return 1
        self._next += 1
        if self._marks[self._next][0] in ("?", "+"):
            self._next += 1
        return int(mark[1:-1].split(",")[0] or 0) if mark.startswith("{") else int(mark == "+")


def _needs_of_group(inner: list[Alternative]) -> tuple[Need, ...]:
    if len(inner) == 1:
        return inner[0].needs
    each = [rarest(branch.needs) for branch in inner]
    return (frozenset().union(*each),) if all(each) else ()


def _letter_of(mark: str) -> str:
    """Return the letter for which the mark stands, empty where it stands for another thing."""
    if mark.startswith("\\"):
        return "" if mark[1].isalnum() else mark[1]
    return "" if mark in _NO_LETTERS or len(mark) > 1 else mark


def _tells(piece: str) -> bool:
    return bool(piece) and (not piece.isascii() or len(piece.strip()) >= _MIN_LATIN)
