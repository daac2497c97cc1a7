"""Patterns by the rule that they belong to, of which only those are tried that may match."""

import re
from collections.abc import Iterable, Sequence, Set
from functools import cached_property
from itertools import pairwise
from typing import Generic, TypeVar

from services.tickets.domain.danger.factors import Need, alternatives, rarest

Rule = TypeVar("Rule")
Possible = Sequence[tuple[Rule, Sequence[re.Pattern[str]]]]
"""The rules that may hold in a text, each with its patterns that may match. In a part of the text,
and where words of it are blanked, no other matches.
"""


class Rules(Generic[Rule]):
    """Many patterns, read once and found by the pieces that have to stand in a text.

    Each alternative between the outermost `|` of a pattern is one of its own, compiled when it is
    first tried. A text's *grams* (letters, pairs, triples) lead to the pieces that stand in it,
    these to the alternatives whose rarest pieces they are; one is possible where each of its needs
    is met.
    """

    def __init__(self, rules: Iterable[tuple[Rule, Iterable[str]]]) -> None:
        self._rules: list[Rule] = []
        self._alternatives: list[_Alternative] = []
        self._always: list[int] = []
        self._by_gram: dict[str, list[_Piece]] = {}
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
        for piece in pieces.values():
            self._by_gram.setdefault(_gram_of(piece.text), []).append(piece)

    def possible(self, text: str, grams: Set[str] | None = None) -> Possible[Rule]:
        """Return the rules and patterns that may match in the text, in their order; `grams` are
        the text's, where they are known.
        """
        met = 0
        reached = self._always.copy()
        for gram in self._by_gram.keys() & (grams_of(text) if grams is None else grams):
            for piece in self._by_gram[gram]:
                if piece.text in text:
                    met |= piece.meets
                    reached += piece.leads_to
        found: dict[int, list[re.Pattern[str]]] = {}
        for at in sorted(set(reached)):
            alternative = self._alternatives[at]
            if alternative.needs & met == alternative.needs:
                found.setdefault(alternative.rule, []).append(alternative.compiled)
        return [(self._rules[rule], patterns) for rule, patterns in found.items()]


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


def _gram_of(piece: str) -> str:
    if piece.isascii():
        return piece.strip()[:3]
    first = next(at for at, letter in enumerate(piece) if not letter.isascii())
    return piece[first : first + 2]


def grams_of(text: str) -> Set[str]:
    """Return the triples of a text, and its pairs and letters where some are not ASCII."""
    triples = set(map("".join, zip(text, text[1:], text[2:], strict=False)))
    if text.isascii():
        return triples
    return triples.union(text, map("".join, pairwise(text)))
