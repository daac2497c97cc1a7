"""The pieces of a sentence by which `learned.py` knows danger: of Chinese up to three characters in
a row, of English up to three words without their endings.

People, lifts and electric things stand for their kind as well (P, L, E): what happens to one uncle
happens to every uncle.
"""

import re
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
    sentence = _NUMBER.sub("0", _LOUD.sub("", sentence).strip())
    found = {"?"} if "?" in sentence else set[str]()
    if _CHINESE.search(sentence):
        text = kinds = f"^{sentence}$"
        for kind, said in _CHINESE_KINDS:
            kinds = said.sub(kind, kinds)
        _add_in_a_row(text, found)
        if kinds != text:
            _add_in_a_row(kinds, found)
    if words := _WORD.findall(sentence):
        _add_words(words, found)
    return found


def _add_in_a_row(text: str, found: set[str]) -> None:
    pairs = list(map(add, text, text[1:]))
    found.update(text, pairs, map(add, pairs, text[2:]))


def _add_words(words: list[str], found: set[str]) -> None:
    found.update([f"{word}." for word in words if word not in _SAY_NOTHING])
    threes: set[tuple[str, str, str]] = set()  # of most words the kind is the word again
    for row in zip(*map(_stems, words), strict=True):
        row = ("^", *row, "$")
        threes.update(zip(row, row[1:], row[2:], strict=False))
        found.add(f"{row[-2]} $")
    for before, word, after in threes:
        says_before, says_after = before not in _SAY_NOTHING, after not in _SAY_NOTHING
        pair = f"{before} {word}"
        if word not in _SAY_NOTHING:
            found.update((word, pair, f"{pair} {after}"))
        elif says_before or says_after:
            found.add(f"{pair} {after}")
            if says_before and before != "^":
                found.add(pair)
        if says_before or says_after:
            found.add(f"{before} _ {after}")


@lru_cache(maxsize=8192)
def _stems(word: str) -> tuple[str, str]:
    """Return the word without its ending, and its kind or the same again."""
    stem = _ENDING.sub("", word) if len(word) >= _MIN_LETTERS_OF_ENDED else word
    return stem, next((kind for kind, said in _ENGLISH_KINDS if said.fullmatch(word)), stem)
