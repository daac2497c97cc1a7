"""Patterns by the rule that they belong to, of which only those are tried that may match."""

import re
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from functools import cached_property
from operator import add
from typing import Generic, NamedTuple, TypeVar

from services.tickets.domain.danger.factors import Need, alternatives, rarest

Rule = TypeVar("Rule")
Possible = Sequence[tuple[Rule, Sequence[re.Pattern[str]]]]
"""The rules that may hold in a text, each with its patterns that may match. In a part of the text,
and where words of it are blanked, no other matches.
"""


class Rules(Generic[Rule]):
    """Many patterns, read once and found by the pieces that have to stand in a text.

    Each alternative between the outermost `|` of a pattern is one of its own, compiled when it is
    first tried. A text's *grams* lead to the pieces that stand in it, these to the alternatives
    whose rarest pieces they are; one is possible where each of its needs is met.
    """

    def __init__(self, rules: Iterable[tuple[Rule, Iterable[str]]]) -> None:
        self._rules: list[Rule] = []
        self._alternatives: list[_Alternative] = []
        self._always: list[int] = []
        pieces: dict[str, _Piece] = {}
        numbers: dict[Need, int] = {}
        for rule, patterns in rules:
            for pattern, needs in (found for each in patterns for found in alternatives(each)):
                mask = 0
                for need in needs:
                    bit = 1 << numbers.setdefault(need, len(numbers))
                    mask |= bit
                    for text in need:
                        if (piece := pieces.get(text)) is None:
                            piece = pieces[text] = _Piece(text)
                        piece.meets |= bit
                for text in rarest(needs):
                    pieces[text].leads_to.append(len(self._alternatives))
                if not needs:
                    self._always.append(len(self._alternatives))
                self._alternatives.append(_Alternative(len(self._rules), pattern, mask))
            self._rules.append(rule)
        self._by_latin, self._by_other = _by_gram(pieces.values())

    def possible(self, text: str, grams: "Grams | None" = None) -> Possible[Rule]:
        """Return the rules and patterns that may match in the text, in their order; `grams` are
        the text's, where they are known.
        """
        met = 0
        reached = self._always.copy()
        for piece in self._pieces_in(text, grams or Grams.of(text)):
            met |= piece.meets
            reached += piece.leads_to
        if not reached:
            return []
        found: dict[int, list[re.Pattern[str]]] = {}
        for at in sorted(set(reached)):
            alternative = self._alternatives[at]
            if alternative.needs & met == alternative.needs:
                found.setdefault(alternative.rule, []).append(alternative.compiled)
        return [(self._rules[rule], patterns) for rule, patterns in found.items()]

    def _pieces_in(self, text: str, grams: "Grams") -> "list[_Piece]":
        return [
            piece
            for pieces, theirs in ((self._by_latin, grams.latin), (self._by_other, grams.other))
            for gram in pieces.keys() & theirs
            for piece in pieces[gram]
            if piece.text in text
        ]


class _Piece:
    __slots__ = ("leads_to", "meets", "text")  # there are thousands

    def __init__(self, text: str) -> None:
        self.text = text
        self.meets = 0
        """The needs that it meets, one bit each."""
        self.leads_to: list[int] = []


class _Alternative:
    def __init__(self, rule: int, pattern: str, needs: int) -> None:
        self.rule, self._pattern, self.needs = rule, pattern, needs

    @cached_property
    def compiled(self) -> re.Pattern[str]:
        """The pattern, whose letters are the ASCII ones: `gas` stands alone between Chinese
        characters.
        """
        return re.compile(self._pattern, re.ASCII)


class Grams(NamedTuple):
    """By which pieces are found in a text: of its ASCII letters and signs every three in a row, of
    others each, and each with what follows it.
    """

    latin: set[str]
    other: set[str]

    @classmethod
    def of(cls, text: str) -> "Grams":
        latin, other = set[str](), set[str]()
        for run in (text,) if text.isascii() else _LATIN.findall(text):
            latin.update(_triples(run))
        for run in _OTHER.findall(text):
            other.update(run, map(add, run, run[1:]))
        return cls(latin, other)


_LATIN = re.compile(r"[\x00-\x7f]{3,}")
_OTHER = re.compile(r"[^\x00-\x7f]+[\x00-\x7f]?")


def _triples(text: str) -> Iterator[str]:
    return map(add, map(add, text, text[1:]), text[2:])


_ByGram = Mapping[str, Sequence[_Piece]]


def _by_gram(pieces: Collection[_Piece]) -> tuple[_ByGram, _ByGram]:
    """Return pieces of ASCII letters by that triple of theirs which the fewest share, within one
    word if it can be; and others by their first letter beyond, with what follows it.
    """
    latin: defaultdict[str, list[_Piece]] = defaultdict(list)
    other: defaultdict[str, list[_Piece]] = defaultdict(list)
    triples = {piece: list(_triples(piece.text.strip())) for piece in pieces}
    shared = Counter(gram for each in triples.values() for gram in each)
    for piece in pieces:
        if piece.text.isascii():
            latin[min(triples[piece], key=lambda gram: (" " in gram, shared[gram]))].append(piece)
        else:
            first = next(at for at, letter in enumerate(piece.text) if not letter.isascii())
            other[piece.text[first : first + 2]].append(piece)
    return dict(latin), dict(other)
