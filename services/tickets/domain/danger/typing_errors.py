"""English words of danger as they are typed in a hurry."""

import re
from collections.abc import Iterator
from string import ascii_lowercase

_WORDS = (
    "alarm bleeding breathing burning burst carbon ceiling collapse collapsed electric "
    "electrocuted "
    "elevator everywhere exploded explosion falling fire flames flood flooded flooding gushing "
    "leaking locked "
    "monoxide overflowing pouring sewage shock smell smells smoke smoking spark sparking sparks "
    "stuck trapped unconscious water"
)
_LONG = 8
"""Letters from which one may be another altogether."""
_OTHER_WORDS = frozenset(
    {"bust", "explode", "fie", "food", "sock", "spar", "spars", "stock", "suck", "tapped"}
    | {"sell", "sells", "poring", "flooded", "flooding", "flooring", "blooding", "explored"}
    | {"explodes", "collapses", "sparring", "breeding", "blending", "bleating", "breathing"}
    | {"fames", "lames", "flame", "flake"}
)
"""What one letter makes of them, and is a word."""
_SHORT = {"gass": "gas", "gaz": "gas", "smel": "smell", "smeel": "smell", "smoak": "smoke"}
_WORD = re.compile(r"[a-z]{3,}", re.ASCII)


def corrected(text: str) -> str:
    """Return the lower-case text with one letter put right in each word that is a word of danger
    but for it: left out, doubled, changed with its neighbour, in a long word any other.
    """
    if _CORRECT.keys().isdisjoint(_WORD.findall(text)):
        return text
    return _WORD.sub(lambda found: _CORRECT.get(found.group(), found.group()), text)


def _typed(word: str) -> Iterator[str]:
    for n in range(1, len(word)):
        yield word[:n] + word[n + 1 :]
        yield word[:n] + word[n] + word[n:]
        yield word[: n - 1] + word[n] + word[n - 1] + word[n + 1 :]
        if len(word) >= _LONG:
            yield from (word[:n] + letter + word[n + 1 :] for letter in ascii_lowercase)


_CORRECT = _SHORT | {
    typed: word
    for word in _WORDS.split()
    for typed in _typed(word)
    if len(typed) > 3 and typed not in _OTHER_WORDS and typed not in _WORDS.split()
}
