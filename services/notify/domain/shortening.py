"""Long words made short, so that a webhook stays within its 20 KB."""

LONGEST = 1000
"""In characters, of which a hostile one takes six bytes in JSON."""


def shortened(words: str) -> str:
    """Return the words, or their beginning and an ellipsis."""
    return words if len(words) <= LONGEST else words[: LONGEST - 1] + "…"
