"""A text is read for danger with as few looks as can be; the plain way to read it, one thing after
another, finds the same.
"""

import csv
import re
from collections.abc import Iterator
from functools import cache
from itertools import islice, pairwise
from math import isclose, sqrt
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from services.tickets.domain.danger import (
    chinese,
    chinese_guards,
    english,
    english_guards,
    grams,
    learned,
    not_people,
)
from services.tickets.domain.danger.grams import grams_of
from services.tickets.domain.danger.learned import hear
from services.tickets.domain.danger.reading import PlainText, plain, sentences
from services.tickets.domain.danger.rules import Rules
from services.tickets.domain.danger.signs import any_of

DATA = Path(__file__).parents[2] / "data" / "danger"
_ENDS = re.compile(
    r"(?<=[。!?;\n…])(?![。!?;\n…])|"
    r"(?<=\.)(?<!mr\.)(?<!mrs\.)(?<!ms\.)(?<!dr\.)(?<!no\.)(?<!nr\.)(?= |$)"
)


@cache
def _texts() -> list[str]:
    """Return some of the labelled texts, read when a test asks: each process imports this."""
    return [*_plain_texts("tuning", 4), *_plain_texts("learning", 40)]


def _plain_texts(name: str, step: int) -> list[str]:
    """Return every so manieth text of the file."""
    with (DATA / f"{name}.csv").open(encoding="utf8", newline="") as rows:
        return [plain(row["text"]) for row in islice(csv.DictReader(rows), 0, None, step)]


_MARKS = ("", " ", "\n", ".", "。", "…", "!?", ", ", "mr. ", "no. 7", "■", "😀", "gas", "漏", "a")


@st.composite
def _mixed(draw: st.DrawFn) -> str:
    """Pieces of what people write, in any order, with marks between them."""
    said = draw(st.lists(st.sampled_from(_texts()), min_size=1, max_size=4))
    marks = draw(st.lists(st.sampled_from(_MARKS), min_size=4, max_size=4))
    parts = [
        text[draw(st.integers(0, len(text))) :] + mark
        for text, mark in zip(said, marks, strict=False)
    ]
    return plain("".join(parts))


def _pieces(sentence: str) -> Iterator[str]:
    """The pieces of a sentence as `grams.py` describes them."""
    sentence = re.sub("[!.。]+", "", sentence).strip()
    if "?" in sentence:
        yield "?"
    if re.search("[\u4e00-\u9fff]", sentence):
        text = f"^{re.sub('[0-9]+', '0', sentence)}$"
        kinds = text
        for kind, said in grams._CHINESE_KINDS:
            kinds = said.sub(kind, kinds)
        for row in (text, kinds):
            yield from row
            yield from map("".join, pairwise(row))
            yield from map("".join, zip(row, row[1:], row[2:], strict=False))
    yield from _pieces_of_words(
        [re.sub("[0-9]+", "0", word) for word in re.findall(r"[a-z0-9']+", sentence)]
    )


def _pieces_of_words(words: list[str]) -> Iterator[str]:
    if not words:
        return
    silent = grams._SAY_NOTHING
    yield from (f"{word}." for word in words if word not in silent)
    for row in zip(*map(grams._stems, words), strict=True):
        row = ("^", *row, "$")
        for before, word, after in zip(row, row[1:], row[2:], strict=False):
            if word not in silent:
                yield word
            if word not in silent or (before not in silent and before != "^"):
                yield f"{before} {word}"
            if not {before, word, after} <= silent:
                yield f"{before} {word} {after}"
            if not {before, after} <= silent:
                yield f"{before} _ {after}"
        yield f"{row[-2]} $"


def _sounds(said: list[str]) -> list[tuple[str, set[str], float]]:
    """How each sentence and each three in a row sound."""
    known = learned._learned()
    each = [set(_pieces(sentence)) for sentence in said]
    rows = {(at, at + 1) for at in range(len(said))}
    together = min(3, len(said)) or 1
    rows |= {(at, at + together) for at in range(len(said) - together + 1)}
    heard = []
    for start, end in sorted(rows):
        pieces = set[str]().union(*each[start:end])
        weight = sum(known.weights.get(piece, 0.0) for piece in pieces)
        score = known.bias + 4.0 / sqrt(max(len(pieces), 24)) * weight
        heard.append(("".join(said[start:end]), pieces & known.weights.keys(), score))
    return heard


def _demand_the_same(text: str) -> None:
    said = [each for each in _ENDS.split(text) if each.strip()]
    assert sentences(text) == PlainText(text).sentences == said
    assert all(grams_of(sentence) == set(_pieces(sentence)) for sentence in said)

    heard, expected = hear(said), _sounds(said)
    assert [each.score for each in heard] == sorted((each.score for each in heard), reverse=True)
    assert len(heard) == len(expected)
    assert all(
        any(
            (each.text, each.pieces) == (words, pieces) and isclose(each.score, score, abs_tol=1e-9)
            for each in heard
        )
        for words, pieces, score in expected
    )


def test_a_text_of_nothing_sounds_like_nothing() -> None:
    for text in ("", " ", "\n"):
        _demand_the_same(text)
        assert hear(sentences(text)) == []


def test_each_labelled_text_is_read_as_in_the_plain_way() -> None:
    for text in _texts():
        _demand_the_same(text)


@given(_mixed())
def test_any_text_is_read_as_in_the_plain_way(text: str) -> None:
    _demand_the_same(text)


PATTERNS = {
    "signs": [any_of(sign.said).pattern for sign in (*chinese.SIGNS, *english.SIGNS)],
    "guards": [
        said
        for guards in (chinese_guards.GUARDS, english_guards.GUARDS)
        for _, said in guards.patterns()
    ],
    "not people": [not_people.CHINESE, not_people.ENGLISH],
}


@cache
def _rules() -> list[Rules[str]]:
    """Return the rules of each kind, read once."""
    return [Rules((said, (said,)) for said in patterns) for patterns in PATTERNS.values()]


@given(_mixed())
def test_what_matches_in_any_text_is_among_what_is_tried(text: str) -> None:
    for rules in _rules():
        possible = dict(rules.possible(text, PlainText(text).grams))
        found = {said for said, tried in possible.items() if any(t.search(text) for t in tried)}
        assert dict(rules.possible(text)).keys() == possible.keys()
        assert found == {said for said in rules._rules if re.compile(said, re.ASCII).search(text)}
