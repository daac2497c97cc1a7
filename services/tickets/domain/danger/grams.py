"""The pieces of a sentence by which `learned.py` knows danger: of Chinese up to three characters in
a row, of English up to three words without their endings.

People, lifts and electric things stand for their kind as well (P, L, E): what happens to one uncle
happens to every uncle.
"""

import re
from collections.abc import Iterator
from functools import lru_cache
from operator import add

from services.tickets.domain.danger import chinese_words, english_words

_CHINESE = re.compile("[\u4e00-\u9fff]")
_WORD = re.compile(r"[a-z0-9']+", re.ASCII)
_NUMBER = re.compile(r"\d+", re.ASCII)
_ENDING = re.compile(r"(?<=...)(?:ing|ed|es|s|er|ly)$", re.ASCII)
_MIN_LETTERS_OF_ENDED = 5
_COMMON = (
    "a an the and or but so because although though as by for from to of in on at with into "
    "since until than then i me my we our us you your he his him she her they them their it its "
    "this that these those there here is are was were be been being am do does did has have had "
    "will would could should may might can very too also just still already again now today "
    "yesterday please"
)
_SAY_NOTHING = frozenset(_COMMON.split())
"""Words that stand in any report; by themselves and among themselves they tell no danger."""
_LOUD = re.compile("[!.。]+", re.ASCII)
"""How a sentence ends tells who wrote it, not what has happened."""
_CHINESE_KINDS = (
    ("L", re.compile(chinese_words.LIFT)),
    ("P", re.compile(chinese_words.PERSON)),
    ("E", re.compile(chinese_words.ELECTRIC)),
)
_ENGLISH_KINDS = (
    ("L", re.compile(english_words.LIFT, re.ASCII)),
    ("P", re.compile(english_words.PERSON, re.ASCII)),
    ("E", re.compile(english_words.ELECTRIC, re.ASCII)),
)


def grams_of(sentence: str) -> set[str]:
    """Return the pieces of a sentence as `reading.py` returns it, each once."""
    sentence = _LOUD.sub("", sentence).strip()
    found = {"?"} if "?" in sentence else set[str]()
    if _CHINESE.search(sentence):
        text = f"^{_NUMBER.sub('0', sentence)}$"
        found.update(_in_a_row(text))
        kinds = text
        for kind, said in _CHINESE_KINDS:
            kinds = said.sub(kind, kinds)
        if kinds != text:
            found.update(_in_a_row(kinds))
    found.update(_of_words([_NUMBER.sub("0", word) for word in _WORD.findall(sentence)]))
    return found


def _in_a_row(text: str) -> Iterator[str]:
    pairs = list(map(add, text, text[1:]))
    yield from text
    yield from pairs
    yield from map(add, pairs, text[2:])


def _of_words(words: list[str]) -> Iterator[str]:
    if not words:
        return
    yield from (f"{word}." for word in words if word not in _SAY_NOTHING)
    threes: set[tuple[str, str, str]] = set()  # of most words the kind is the word again
    for row in zip(*map(_stems, words), strict=True):
        row = ("^", *row, "$")
        threes.update(zip(row, row[1:], row[2:], strict=False))
        yield f"{row[-2]} $"
    for before, word, after in threes:
        says = word not in _SAY_NOTHING
        says_before, says_after = before not in _SAY_NOTHING, after not in _SAY_NOTHING
        if says:
            yield word
        if says or (says_before and before != "^"):
            yield f"{before} {word}"
        if says or says_before or says_after:
            yield f"{before} {word} {after}"
        if says_before or says_after:
            yield f"{before} _ {after}"


@lru_cache(maxsize=8192)
def _stems(word: str) -> tuple[str, str]:
    """Return the word without its ending, and its kind or the same again."""
    stem = _ENDING.sub("", word) if len(word) >= _MIN_LETTERS_OF_ENDED else word
    return stem, next((kind for kind, said in _ENGLISH_KINDS if said.fullmatch(word)), stem)
