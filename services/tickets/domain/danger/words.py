"""Which words of danger stand in a text: those of the rules, and the site's own."""

from collections.abc import Iterable, Sequence
from functools import lru_cache

from services.tickets.domain.danger.finding import find_in, is_set_aside, of_people
from services.tickets.domain.danger.learned import Heard, hear
from services.tickets.domain.danger.reading import PlainText, plain
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
_SOUNDS_LIKE_DANGER = 0.1
"""From here on it is danger though no rule knows it."""
_SOUNDS_LIKE_SOME_DANGER = 0.6
"""The same where no piece of it says which danger."""
_SOUNDS_LIKE_NONE = -3.0
"""Below, it is none though a rule found it: lower than words sound of which no weight is known."""
_SOME_DANGER = ("危险", "danger")
"""What it is called then, in Chinese and in English."""
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
    read = PlainText(plain(text))
    alone = read.text.strip(_MARKS)
    if alone in _KNOWN_TO_THE_RULES:
        return find_in(read, own) or ((alone,) if alone in listed else ())
    return _danger_of(read, own)


def _danger_of(whole: PlainText, own: Sequence[Sign]) -> tuple[str, ...]:
    """Return what the rules find, unless the text sounds like none: then of a site's own words
    alone; where they find nothing, the sign that it sounds most like, if it does.
    """
    whole = of_people(whole, own)
    heard = hear(whole.sentences)
    if heard and heard[0].score < _SOUNDS_LIKE_NONE:
        listed = {sign.word for sign in own if sign.word in whole.text}
        return tuple(word for word in find_in(whole, own) if word in listed) if listed else ()
    found = find_in(whole, own)
    return found or next(((sign,) for sign in map(_danger_in, heard) if sign), ())


def _danger_in(heard: Heard) -> str | None:
    """Return the word of the danger that these sentences sound like; None where they do not, or
    tell of a drill, of what is over or only thought of.
    """
    sign = heard.sign if heard.score >= _SOUNDS_LIKE_DANGER else None
    if heard.score >= _SOUNDS_LIKE_SOME_DANGER:
        sign = sign or _SOME_DANGER[heard.text.isascii()]
    return None if sign is None or is_set_aside(heard.text) else sign


@lru_cache(maxsize=1024)
def _listed(site_words: tuple[str, ...]) -> tuple[frozenset[str], tuple[Sign, ...]]:
    """Return a site's words as they are read, and signs of those that the rules do not know."""
    listed = dict.fromkeys(plain(word) for word in site_words)
    return frozenset(listed), tuple(
        Sign(word=word, said=(whole_word(word),))
        for word in listed
        if word and word not in _KNOWN_TO_THE_RULES
    )
