"""Words that mean danger: what people write decides over what they tick."""

import re
import unicodedata
from collections.abc import Iterable

from shared.contracts.tickets import Priority

USUAL_DANGER_WORDS = (
    "困人", "困梯", "被困", "燃气", "煤气", "漏气", "冒烟", "着火",
    "起火", "火灾", "爆管", "爆裂", "触电", "漏电", "坠落", "水淹",
    "gas", "gas leak", "fire", "smoke", "trapped", "flooding", "flooded", "burst pipe",
    "electric shock", "sparks",
)  # fmt: skip
_ORDER = (Priority.LOW, Priority.NORMAL, Priority.URGENT, Priority.EMERGENCY)


def find_danger(words: Iterable[str], *texts: str) -> str | None:
    """Return the first of the words that stands in the texts; None when all is calm.

    Width and case do not matter. A word written in Latin letters must stand alone (`gas` is not in
    `gasket`); Chinese has no spaces, so its words are found anywhere.
    """
    read = "\n".join(_plain(text) for text in texts if text)
    return next((word for word in words if _stands_in(_plain(word), read)), None)


def raised(usual: Priority, danger: str | None) -> Priority:
    """Return the usual priority, or emergency where there is danger; never a lower one."""
    return Priority.EMERGENCY if danger else usual


def is_higher(one: Priority, other: Priority) -> bool:
    return _ORDER.index(one) > _ORDER.index(other)


def _plain(text: str) -> str:
    return unicodedata.normalize("NFKC", text).casefold().strip()


def _stands_in(word: str, text: str) -> bool:
    if word not in text or not word:
        return False
    before = r"(?<![a-z0-9])" if word[0].isascii() and word[0].isalnum() else ""
    after = r"(?![a-z0-9])" if word[-1].isascii() and word[-1].isalnum() else ""
    return re.search(before + re.escape(word) + after, text) is not None
