"""What a ticket is found by: its words, cut into single characters and pairs, so that Chinese needs
no dictionary.
"""

import re
import unicodedata
from collections.abc import Iterable, Sequence
from functools import lru_cache

from services.tickets.domain.places import unit_key
from services.tickets.domain.ticket import Ticket
from shared.contracts.categories import Nature
from shared.errors import Invalid

_HAS_DIGIT = re.compile("[0-9]")
_MAX_WORD_CHARACTERS = 16
"""Characters of a word that is kept with its tokens."""
LINE = "\n"
"""Stands before each thing that a ticket says, but the first; in no token."""


def searched_text(ticket: Ticket) -> str:
    """Return title, description, references and place as they are compared: full width folded
    (NFKC), in lower case.
    """
    place = ticket.place
    imported = ticket.imported
    said = (
        ticket.title,
        ticket.description,
        ticket.reference,
        None if imported is None else imported.external_id,
        unit_key(place),
        place.spot,
        place.address,
    )
    return folded(LINE.join(each for each in said if each))


def words_of(question: str) -> Sequence[str]:
    """Return the words that have to occur, in any order, each as a part of what is said.

    Raises Invalid when they could be cut into no token: nothing but spaces and single Latin
    letters, digits or signs.
    """
    words = folded(question).split()
    if not tokens_of(words):
        raise Invalid("Search for two characters or more, or for one Chinese character.", field="q")
    return words


def tokens_of(words: Iterable[str]) -> frozenset[str]:
    """Return every pair of neighbouring characters, every three with a digit among them (pairs of
    digits are everywhere), and every single character beyond ASCII.
    """
    within = (word.strip() for word in words)
    return frozenset().union(
        *(_cut(word) if len(word) > _MAX_WORD_CHARACTERS else _kept(word) for word in within)
    )


def _cut(word: str) -> frozenset[str]:
    tokens = {word[at : at + 2] for at in range(len(word) - 1)}
    if not word.isalpha():
        tokens.update(
            three for at in range(len(word) - 2) if _HAS_DIGIT.search(three := word[at : at + 3])
        )
    if not word.isascii():
        tokens.update(character for character in word if character > "\x7f")
    return frozenset(tokens)


_kept = lru_cache(maxsize=1024)(_cut)
"""The words that reports are made of come again and again: to cut each anew was a twentieth of what
opening a ticket costs.
"""


def needed_tokens(words: Iterable[str]) -> Sequence[str]:
    """Return the tokens that have to be there: those that are no part of another, with which the
    parts are there as well.
    """
    tokens = tokens_of(words)
    return sorted(
        token for token in tokens if not any(token != other and token in other for other in tokens)
    )


def marks_of(
    *,
    site: str | None = None,
    category: str | None = None,
    priority: str | None = None,
    nature: Nature | None = None,
) -> Sequence[str]:
    """Return what else tickets are found by, as tokens, which are longer than any of a word. That
    it is a fault is no mark: nearly all are, and those of earlier releases do not say so.
    """
    marks = {
        "site": site,
        "category": category,
        "priority": priority,
        "nature": None if nature is Nature.FAULT else nature,
    }
    return [f"{name}:{value}" for name, value in marks.items() if value is not None]


def folded(said: str) -> str:
    """Return the text as it is compared."""
    return unicodedata.normalize("NFKC", said).lower()
