"""Long words made short, never in the middle of a word, and without what is no text."""

import re

_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f]")
_LONGEST_WORD = 60
"""A run of letters that is longer is no word; it is cut where it has to be."""


def printable(words: str) -> str:
    """Return the words with a blank for each control character but tab and newline: the rest takes
    at most four bytes a character in JSON.
    """
    return _CONTROL.sub(" ", words)


def shortened(words: str, longest: int) -> str:
    """Return the words, or as many whole ones of them as fit into `longest` characters, with an
    ellipsis.
    """
    words = printable(words)
    if len(words) <= longest:
        return words
    end = longest - 1
    cuts = range(end, max(0, end - _LONGEST_WORD), -1)
    cut = next((at for at in cuts if not _is_within_a_word(words, at)), end)
    return words[:cut].rstrip() + "…"


def _is_within_a_word(words: str, at: int) -> bool:
    return _is_joined(words[at - 1]) and _is_joined(words[at])


def _is_joined(sign: str) -> bool:
    """Return whether a word goes on with that sign; Chinese may be cut between any two."""
    return sign.isalnum() and not "\u2e80" <= sign <= "\uffdc"
