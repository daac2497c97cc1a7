"""Signs of danger in what a person wrote."""

from collections.abc import Iterable, Iterator, Sequence
from itertools import islice

from services.tickets.domain.danger import chinese, chinese_guards, english, english_guards
from services.tickets.domain.danger.reading import Clauses, blanked, plain, sentences
from services.tickets.domain.danger.signs import Guards, Sign

_LANGUAGES: Sequence[tuple[Sequence[Sign], Guards]] = (
    (chinese.SIGNS, chinese_guards.GUARDS),
    (english.SIGNS, english_guards.GUARDS),
)
_MAX_TRIES = 40
"""So many matches of one sign in one sentence are weighed; the rest of them say the same."""
_RIGHT_AFTER = 30
"""Characters after a sign in which its end is believed, whatever goes on besides."""


def find_danger(text: str, more: Iterable[Sign] = ()) -> tuple[str, ...]:
    """Return the words of the signs that stand in the text and are meant, each once: those of the
    rules, and `more` signs, of a site.
    """
    whole = plain(text)
    said = sentences(whole)
    wanted = list(more)
    own = (
        [sign for sign in wanted if not sign.word.isascii()],
        [sign for sign in wanted if sign.word.isascii()],
    )
    return tuple(
        dict.fromkeys(
            word
            for (signs, guards), theirs in zip(_LANGUAGES, own, strict=True)
            for word in _found(whole, said, (*signs, *theirs), guards)
        )
    )


def _found(whole: str, said: Sequence[str], signs: Sequence[Sign], guards: Guards) -> Iterator[str]:
    wanted = [sign for sign in signs if any(stem in whole for stem in sign.stems)]
    if not wanted:
        return
    for number, sentence in enumerate(said):
        before = said[number - 1] if number else ""
        following = said[number + 1] if number + 1 < len(said) else ""
        here = [sign for sign in wanted if any(stem in sentence for stem in sign.stems)]
        alone = _Weighed(sentence, following, guards) if here else None
        yield from (sign.word for sign in here if alone and alone.is_meant(sign, whole))
        both = [sign for sign in wanted if sign.across and before]
        pair = _Weighed(before + sentence, following, guards) if both else None
        yield from (sign.word for sign in both if pair and pair.is_meant(sign, whole))


class _Weighed:
    """One sentence, and what in it makes signs of danger none."""

    def __init__(self, sentence: str, following: str, guards: Guards) -> None:
        self._guards = guards
        self._sentence = sentence
        self._read = blanked(guards.harmless, sentence)
        self._clauses = Clauses.of(sentence)
        self._claims = blanked(guards.no_denials, self._read)
        self._is_told = guards.told.search(self._claims) is not None
        self._is_past = guards.past.search(sentence) is not None
        self._ended = blanked(guards.not_over, sentence)
        self._is_over = guards.over.search(self._ended) is not None or _ends(following, guards)

    def is_meant(self, sign: Sign, whole: str) -> bool:
        if self._is_told or not sign.context.search(whole):
            return False
        read = self._sentence if sign.raw else self._read
        matches = islice(sign.pattern.finditer(read), _MAX_TRIES)
        return any(self._stands(sign, match.start(), match.end()) for match in matches)

    def _stands(self, sign: Sign, start: int, end: int) -> bool:
        begins, ends = self._clauses.around(start, end)
        if sign.exception and sign.exception.search(self._read, begins, ends):
            return False
        if sign.deniable and self._is_denied(begins, start, end):
            return False
        if self._guards.supposed.search(self._sentence[begins:start]):
            return False
        if self._guards.over.search(self._ended[start : end + _RIGHT_AFTER]):
            return False
        if not (self._is_past or self._is_over):
            return True
        return self._guards.present.search(self._sentence, begins, ends) is not None

    def _is_denied(self, begins: int, start: int, end: int) -> bool:
        """Return whether a negation stands in what was matched, or in reach before it."""
        first = max(begins, start - self._guards.reach)
        found = self._guards.denial.search(self._claims, first, end)
        return found is not None and found.start() >= first


def _ends(following: str, guards: Guards) -> bool:
    """Return whether the next sentence says that it is over, and of no earlier time."""
    if not following or guards.past.search(following) or guards.present.search(following):
        return False
    return guards.over.search(blanked(guards.not_over, following)) is not None
