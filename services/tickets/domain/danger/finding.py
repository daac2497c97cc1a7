"""Signs of danger in what a person wrote."""

import re
from collections.abc import Iterator, Sequence
from functools import cached_property

from services.tickets.domain.danger import chinese, chinese_guards, english, english_guards
from services.tickets.domain.danger.reading import Clauses, blanked, plain, sentences
from services.tickets.domain.danger.signs import Guards, Sign

_MAX_TRIES = 40
"""So many matches of one sign in one sentence are weighed; the rest of them say the same."""
_JUST_BEFORE = 12
"""Characters before a clause in which a time counts for it too (Last month, the pipe burst)."""
_RIGHT_AFTER = 30
"""Characters after a sign in which its end is believed, whatever goes on besides."""


class _Language:
    """The signs and guards of one language, with its signs by their stems: most texts have none."""

    def __init__(self, signs: Sequence[Sign], guards: Guards) -> None:
        self.guards = guards
        self._signs = signs
        self._by_stem: dict[str, list[int]] = {}
        for n, sign in enumerate(signs):
            for stem in sign.stems.split("|"):
                self._by_stem.setdefault(stem, []).append(n)

    def signs_in(self, text: str) -> list[Sign]:
        """Return the signs that may stand in the text, in order of the rules."""
        there = {n for stem, signs in self._by_stem.items() if stem in text for n in signs}
        return [self._signs[n] for n in sorted(there)] if there else []


_CHINESE = _Language(chinese.SIGNS, chinese_guards.GUARDS)
_ENGLISH = _Language(english.SIGNS, english_guards.GUARDS)


def find_danger(text: str, more: Sequence[Sign] = ()) -> tuple[str, ...]:
    """Return the words of the signs that stand in the text and are meant, each once: those of the
    rules, and `more` signs, of a site.
    """
    whole = plain(text)
    own = [sign for sign in more if sign.may_stand_in(whole)]
    found: dict[str, None] = {}
    for language in (_ENGLISH,) if whole.isascii() else (_CHINESE, _ENGLISH):
        theirs = [sign for sign in own if sign.word.isascii() is (language is _ENGLISH)]
        wanted = (*language.signs_in(whole), *theirs)
        if wanted:
            found.update(dict.fromkeys(_meant(whole, wanted, language.guards)))
    return tuple(found)


def _meant(whole: str, wanted: Sequence[Sign], guards: Guards) -> Iterator[str]:
    said = sentences(whole)
    for number, sentence in enumerate(said):
        before = said[number - 1] if number else ""
        following = said[number + 1] if number + 1 < len(said) else ""
        alone = _Weighed(sentence, following, guards)
        pair = _Weighed(before + sentence, following, guards) if before else None
        for sign in wanted:
            if alone.means(sign, whole) or (pair and sign.across and pair.means(sign, whole)):
                yield sign.word


class _Weighed:
    """One sentence, and what in it makes signs of danger none: worked out where there are any."""

    def __init__(self, sentence: str, following: str, guards: Guards) -> None:
        self._sentence, self._following, self._guards = sentence, following, guards

    def means(self, sign: Sign, whole: str) -> bool:
        """Return whether the sign stands in the sentence, and the guards let one place pass."""
        if not sign.may_stand_in(self._sentence) or not sign.pattern.search(self._sentence):
            return False
        if self._is_told or not sign.context.search(whole):
            return False
        if sign.excuse and self._says(sign.excuse, 0, len(self._sentence)):
            return False
        read = self._sentence if sign.raw else self._read
        at = 0
        for _ in range(_MAX_TRIES):
            match = sign.pattern.search(read, at)
            if match is None:
                return False
            if self._stands(sign, match.start(), match.end()):
                return True
            at = match.start() + 1
        return False

    def _stands(self, sign: Sign, start: int, end: int) -> bool:
        guards = self._guards
        begins, ends = self._clauses.around(start, end)
        if sign.exception and self._says(sign.exception, begins, ends):
            return False
        if sign.deniable and self._is_denied(begins, start, end):
            return False
        if guards.supposed.search(self._sentence[begins:end]):
            return False
        if guards.over.search(self._ended[start : end + _RIGHT_AFTER]):
            return False
        is_past = guards.past.search(self._sentence, max(0, begins - _JUST_BEFORE), ends)
        is_over = self._ends_next or guards.over.search(self._ended, begins)
        if not (is_past or is_over):
            return True
        going_on = guards.again if is_past else guards.present
        return going_on.search(self._sentence, begins, ends) is not None

    def _says(self, excuse: re.Pattern[str], begins: int, ends: int) -> bool:
        """Return whether the excuse stands there and is not denied itself (not cigarette smoke)."""
        found = excuse.search(self._sentence, begins, ends)
        if found is None:
            return False
        start, end = found.span()
        return not self._is_denied(self._clauses.around(start, end)[0], start, start)

    def _is_denied(self, begins: int, start: int, end: int) -> bool:
        """Return whether a negation stands in reach before `start`, in its clause, or in it."""
        first = max(begins, start - self._guards.reach)
        return self._guards.denial.search(self._claims, first, end) is not None

    @cached_property
    def _read(self) -> str:
        """The sentence without harmless words."""
        return blanked(self._guards.harmless, self._sentence)

    @cached_property
    def _claims(self) -> str:
        """The same without negations that deny nothing."""
        return blanked(self._guards.no_denials, self._read)

    @cached_property
    def _ended(self) -> str:
        return blanked(self._guards.not_over, self._sentence)

    @cached_property
    def _clauses(self) -> Clauses:
        return Clauses.of(self._sentence)

    @cached_property
    def _is_told(self) -> bool:
        told, earnest = self._guards.told, self._guards.earnest
        return bool(told.search(self._claims) and not earnest.search(self._sentence))

    @cached_property
    def _ends_next(self) -> bool:
        """Whether the next sentence says that it is over, and of no earlier time."""
        guards, following = self._guards, self._following
        if not following or guards.past.search(following):
            return False
        ended = blanked(guards.not_over, following)
        others = blanked(guards.over, ended)
        return others != ended and not guards.present.search(others)
