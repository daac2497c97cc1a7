"""How much a text sounds like danger, by weights that were learned from labelled sentences.

`weights.tsv` gives each piece of a sentence (`grams.py`) a weight, and those that speak of one
danger the word of its sign. `make danger-weights` makes it.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence, Set
from functools import cache
from itertools import islice
from math import sqrt
from pathlib import Path
from sys import intern
from typing import NamedTuple

from services.tickets.domain.danger.grams import grams_of

SCALE = 4.0
"""What a text weighs besides its length; part of what the weights mean."""
MIN_PIECES = 24
"""A text of fewer says too little to be weighed as loud as its words."""
_WEIGHTS = Path(__file__).with_name("weights.tsv")
_TOGETHER = 3
"""So many sentences in a row are heard together: as many as the labelled texts have at most."""


class Heard(NamedTuple):
    """Sentences in a row and how much they sound like danger: at 0 as much as not. `pieces` are
    those of them that weigh anything.
    """

    score: float
    text: str
    pieces: Set[str]

    @property
    def sign(self) -> str | None:
        """The word of the sign of which most of its pieces speak; None where none does."""
        signs = Counter(filter(None, map(_learned().signs.get, self.pieces)))
        return max(signs, key=lambda sign: (signs[sign], sign), default=None)


def hear(said: Sequence[str]) -> list[Heard]:
    """Return how the sentences of a plain text sound, each by itself and three in a row at a time,
    worst first.
    """
    weights = _learned().weights
    pieces = [grams_of(sentence) for sentence in said]
    weighing = [weights.keys() & each for each in pieces]
    together = min(_TOGETHER, len(said))
    heard: list[Heard] = []
    for at, sentence in enumerate(said):
        heard.append(_heard(sentence, len(pieces[at]), weighing[at]))
        if 1 < together <= len(said) - at:
            row = slice(at, at + together)
            number = len(set().union(*pieces[row]))
            heard.append(_heard("".join(said[row]), number, set().union(*weighing[row])))
    return sorted(heard, key=lambda each: -each.score)


def _heard(text: str, number: int, weighing: Set[str]) -> Heard:
    """Return how a text of so many pieces sounds, of which some are `weighing`."""
    learned = _learned()
    weight = sum(map(learned.weights.__getitem__, weighing))
    return Heard(learned.bias + loudness(number) * weight, text, weighing)


def loudness(pieces: int) -> float:
    """Return what one of so many pieces weighs: those that are not known make the others less."""
    return SCALE / sqrt(max(pieces, MIN_PIECES))


class _Learned(NamedTuple):
    bias: float
    weights: Mapping[str, float]
    signs: Mapping[str, str]
    """The word of the sign of which a piece speaks, where it speaks of one."""


@cache
def _learned() -> _Learned:
    number = cache(float)  # of sixteen thousand weights a few hundred differ
    weights: dict[str, float] = {}
    signs: dict[str, str] = {}
    with _WEIGHTS.open(encoding="utf8") as table:  # line by line: read whole it left 3 MB of room
        rows = _rows(table)
        _, bias, _ = next(rows)
        for piece, weight, sign in rows:
            weights[piece] = number(weight)
            if sign:
                signs[piece] = intern(sign)
    return _Learned(float(bias), weights, signs)


def _rows(table: Iterable[str]) -> Iterator[tuple[str, str, str]]:
    for line in islice(table, 1, None):
        gram, of, *sign = line.rstrip("\n").split("\t")
        yield gram, of, sign[0] if sign else ""
