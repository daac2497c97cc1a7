"""English words of danger as they are typed in a hurry."""

import re
from collections.abc import Iterator

_WORDS = (
    "alarm burning burst carbon ceiling collapse collapsed elevator electric exploded explosion "
    "falling fire flood flooded flooding leaking locked monoxide pouring shock smell smells "
    "smoke smoking spark sparking sparks stuck trapped unconscious water"
)
_OTHER_WORDS = frozenset(
    {"bust", "explode", "fie", "food", "sock", "spar", "spars", "stock", "suck", "tapped"}
    | {"sell", "sells", "poring", "flooded", "flooding"}
)
"""What a letter more or less makes of them, and is a word."""
_WORD = re.compile(r"[a-z]{4,}", re.ASCII)


def corrected(text: str) -> str:
    """Return the lower-case text with one letter put right in each word that is a word of danger
    but for it: left out, doubled, or changed with its neighbour.
    """
    return _WORD.sub(lambda found: _CORRECT.get(found.group(), found.group()), text)


def _typed(word: str) -> Iterator[str]:
    for n in range(1, len(word)):
        yield word[:n] + word[n + 1 :]
        yield word[:n] + word[n] + word[n:]
        yield word[: n - 1] + word[n] + word[n - 1] + word[n + 1 :]


_CORRECT = {
    typed: word
    for word in _WORDS.split()
    for typed in _typed(word)
    if len(typed) > 3 and typed not in _OTHER_WORDS and typed not in _WORDS.split()
}
