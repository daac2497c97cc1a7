"""Long words made short, so that a webhook stays within its 20 KB.

In characters, of which one takes at most four bytes in JSON. What a message says whole in its own
words has up to 4,000 and leaves room for `BEGINNING` in the data.
"""

from shared import shortening

LONGEST = 1000
BEGINNING = 300
COMMENT = 800
GLIMPSE = 150
ANSWERS = 600
"""All answers of a ticket together."""


def shortened(words: str, longest: int = LONGEST) -> str:
    """Return the words, or as many whole ones of them as fit with an ellipsis."""
    return shortening.shortened(words, longest)
