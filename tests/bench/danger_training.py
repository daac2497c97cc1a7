"""Make the weights by which tickets hears danger (`weights.tsv` beside `learned.py`) from
the labelled sentences that are no longer held out.

Logistic regression by stochastic gradient descent, in an order drawn from a fixed seed: the same
sentences make the same weights.
"""

import csv
import hashlib
import random
import sys
from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from math import exp
from pathlib import Path
from typing import NamedTuple

from services.tickets.domain.danger import learned
from services.tickets.domain.danger.finding import find_danger
from services.tickets.domain.danger.grams import grams_of
from services.tickets.domain.danger.reading import plain, sentences

SENTENCES = Path(__file__).parent.parent / "data" / "danger"
WEIGHTS = Path(learned.__file__).with_name("weights.tsv")
FILES = ("tuning.csv", "learning.csv")
_EPOCHS = 6
_RATE = 0.5
_MIN_TEXTS = 2
"""A piece has to stand in so many texts."""
_MAX_PIECES = 16_000
"""The heaviest are kept, and weighed again without the rest."""
_MIN_WEIGHT_OF_SIGN = 0.1
_MIN_SHARE = 0.6
"""Of the dangers with a piece so many are of one sign, for the piece to speak of it."""


class Labelled(NamedTuple):
    text: str
    is_danger: bool
    grams: list[str]
    written: str
    """The set that it was written with."""


Weights = dict[str, float]


def read(folder: Path = SENTENCES) -> list[Labelled]:
    """Return the sentences to learn from, in the order of their files."""
    found = []
    for name in FILES:
        with (folder / name).open(encoding="utf8", newline="") as rows:
            for row in csv.DictReader(rows):
                said = sentences(plain(row["text"]))
                grams = sorted(set().union(*map(grams_of, said)))
                found.append(
                    Labelled(row["text"], row["danger"] == "yes", grams, row.get("set", name))
                )
    return found


def digest(texts: Iterable[Labelled]) -> str:
    """Return a fingerprint of all that training learns from."""
    made = hashlib.sha256()
    for each in texts:
        made.update(repr((each.text, each.is_danger, each.grams)).encode())
    return made.hexdigest()[:32]


def train(texts: Sequence[Labelled]) -> tuple[float, Weights]:
    """Return the bias and the weights of the pieces that are kept."""
    stands = Counter(gram for each in texts for gram in each.grams)
    _, weights = _descend(texts, {gram for gram in stands if stands[gram] >= _MIN_TEXTS})
    heaviest = sorted(weights, key=lambda gram: (-abs(weights[gram]), gram))[:_MAX_PIECES]
    bias, weights = _descend(texts, frozenset(heaviest))
    return round(bias, 2), {gram: round(of, 2) for gram, of in weights.items()}


def _descend(texts: Sequence[Labelled], pieces: Collection[str]) -> tuple[float, Weights]:
    number = {gram: n for n, gram in enumerate(sorted(pieces))}
    read = [
        (
            [number[gram] for gram in each.grams if gram in number],
            learned.loudness(len(each.grams)),
            each.is_danger,
        )
        for each in texts
    ]
    weights, bias = [0.0] * len(number), 0.0
    drawn = random.Random(1)
    for epoch in range(_EPOCHS):
        drawn.shuffle(read)
        for known, each, is_danger in read:
            guess = 1 / (1 + exp(-bias - each * sum([weights[n] for n in known])))
            step = _RATE / (1 + epoch) * (is_danger - guess)
            bias += step / 10
            for n in known:
                weights[n] += step * each
    return bias, {gram: weights[n] for gram, n in number.items()}


def signs_of(texts: Iterable[Labelled], weights: Mapping[str, float]) -> dict[str, str]:
    """Return of which sign a piece speaks, for those that stand with one far more often than with
    others: the signs are those that the rules find in the same texts.
    """
    dangers, of_sign = Counter[str](), Counter[tuple[str, str]]()
    for each in texts:
        if each.is_danger:
            grams = [gram for gram in each.grams if weights.get(gram, 0) >= _MIN_WEIGHT_OF_SIGN]
            dangers.update(grams)
            of_sign.update((gram, sign) for sign in find_danger(each.text) for gram in grams)
    shares = sorted(
        (times / (dangers[gram] + 1), gram, sign) for (gram, sign), times in of_sign.items()
    )
    return {gram: sign for share, gram, sign in shares if share >= _MIN_SHARE}


def table(texts: Sequence[Labelled]) -> str:
    """Return the weights as the service reads them."""
    bias, weights = train(texts)
    signs = signs_of(texts, weights)
    rows = [f"{gram}\t{of:g}\t{signs.get(gram, '')}".rstrip("\t") for gram, of in weights.items()]
    return "\n".join([f"learned from\t{digest(texts)}", f"bias\t{bias:g}", *rows, ""])


if __name__ == "__main__":
    WEIGHTS.write_text(table(read()), encoding="utf8")
    sys.stdout.write(f"{WEIGHTS} made, {WEIGHTS.stat().st_size // 1000} KB.\n")
