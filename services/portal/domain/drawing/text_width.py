"""How much room a word takes that nothing has measured."""

_WIDE_FROM = "\u2e80"
"""Chinese, Japanese and Korean signs, and full-width punctuation, are as wide as they are high."""
_NARROW = 0.58


def text_width(text: str, size: float) -> float:
    """Return about how wide a text of the page's font is at a size, in the same unit."""
    return sum(1.0 if sign >= _WIDE_FROM else _NARROW for sign in text) * size
