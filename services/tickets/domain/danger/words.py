"""Which words of danger stand in a text: those of the rules, and the site's own."""

from collections.abc import Iterable
from functools import lru_cache

from services.tickets.domain.danger.finding import find_danger
from services.tickets.domain.danger.reading import plain
from services.tickets.domain.danger.signs import Sign, whole_word

USUAL_DANGER_WORDS = (
    "困人", "困梯", "被困", "燃气", "煤气", "漏气", "冒烟", "着火",
    "起火", "火灾", "爆管", "爆裂", "触电", "漏电", "坠落", "水淹",
    "gas", "gas leak", "fire", "smoke", "trapped", "flooding", "flooded", "burst pipe",
    "electric shock", "sparks",
)  # fmt: skip
_KNOWN_TO_THE_RULES = frozenset(
    (*USUAL_DANGER_WORDS, "瓦斯", "天然气", "失火", "火花", "爆炸", "晕倒", "倒塌",
     "一氧化碳", "焦味", "burst", "flood", "explosion", "stuck", "spark", "burning",
     "carbon monoxide")
)  # fmt: skip
_LONGEST_ALONE = 200
"""Characters, with marks and spaces around a word."""
_MARKS = " \n,.!?。、;:~"


def words_of_danger(site_words: Iterable[str], *texts: str) -> tuple[str, ...]:
    """Return the words of danger in what a person wrote, each once; none when all is calm.

    A word of the site that the rules know themselves (`fire`) counts by itself where it is all that
    was written; another counts wherever it stands and is not denied, over or only thought of.
    """
    text = "\n".join(text for text in texts if text)
    if not text:
        return ()
    listed, own = _listed(tuple(site_words))
    found = find_danger(text, own)
    if found or len(text) > _LONGEST_ALONE:
        return found
    alone = plain(text).strip(_MARKS)
    return (alone,) if alone in _KNOWN_TO_THE_RULES and alone in listed else ()


@lru_cache(maxsize=1024)
def _listed(site_words: tuple[str, ...]) -> tuple[frozenset[str], tuple[Sign, ...]]:
    """Return a site's words as they are read, and signs of those that the rules do not know."""
    listed = dict.fromkeys(plain(word) for word in site_words)
    return frozenset(listed), tuple(
        Sign(word=word, said=(whole_word(word),))
        for word in listed
        if word and word not in _KNOWN_TO_THE_RULES
    )
