"""Signs of danger in what a person wrote."""

import re
from collections.abc import Iterator, Sequence
from functools import cached_property

from services.tickets.domain.danger import (
    chinese,
    chinese_guards,
    english,
    english_guards,
    not_people,
)
from services.tickets.domain.danger.reading import Clauses, PlainText, blanked, plain, sentences
from services.tickets.domain.danger.rules import Possible, Rules
from services.tickets.domain.danger.signs import Guards, Sign

_MAX_TRIES = 40
"""So many matches of one sign in one sentence are weighed; the rest of them say the same."""
_JUST_BEFORE = 12
"""Characters before a clause in which a time counts for it too (Last month, the pipe burst)."""
_RIGHT_AFTER = 30
"""Characters after a sign in which its end is believed, whatever goes on besides."""
_FEW = 6
"""Signs that may stand in a text."""
_LATIN = re.compile(r"[a-z]")


class _Language:
    """The rules of one language, read when a text first needs them."""

    def __init__(self, signs: Sequence[Sign], guards: Guards, not_people: str) -> None:
        self._signs, self._guards, self._not_people = signs, guards, not_people
        self.reach = guards.reach

    @cached_property
    def signs(self) -> Rules[Sign]:
        return Rules((sign, sign.said) for sign in self._signs)

    @cached_property
    def signs_across(self) -> Rules[Sign]:
        """Those that are looked for in two sentences together."""
        return Rules((sign, sign.said) for sign in self._signs if sign.across)

    @cached_property
    def guards(self) -> Rules[str]:
        return Rules((name, (said,)) for name, said in self._guards.patterns())

    @cached_property
    def not_people(self) -> Rules[str]:
        return Rules([("not_people", (self._not_people,))])


_CHINESE = _Language(chinese.SIGNS, chinese_guards.GUARDS, not_people.CHINESE)
_ENGLISH = _Language(english.SIGNS, english_guards.GUARDS, not_people.ENGLISH)


def find_danger(text: str, more: Sequence[Sign] = ()) -> tuple[str, ...]:
    """Return the words of the signs that stand in the text and are meant, each once: those of the
    rules, and `more` signs, of a site.
    """
    return find_in(of_people(PlainText(plain(text)), more), more)


def of_people(whole: PlainText, more: Sequence[Sign] = ()) -> PlainText:
    """Return a text with blanks for pets and things of which it is only said that they are
    shut in or caught; as it is where words of a site stand in it.
    """
    text = whole.text
    if any(sign.word in text for sign in more):
        return whole
    for language in _languages_of(text):
        for _, patterns in language.not_people.possible(whole.text, whole.grams):
            text = blanked(patterns, text)
    return whole if text == whole.text else PlainText(text)


def find_in(whole: PlainText, more: Sequence[Sign] = ()) -> tuple[str, ...]:
    """Return the words of the signs that stand in a text in which only people are shut in."""
    text = whole.text
    own = [sign for sign in more if sign.word in text]
    found: dict[str, None] = {}
    for language in _languages_of(text):
        theirs = [sign for sign in own if sign.word.isascii() is (language is _ENGLISH)]
        possible = language.signs.possible(text, whole.grams)
        if possible or theirs:
            _find_in(whole, language, possible, theirs, found)
    return tuple(found)


def is_set_aside(text: str) -> bool:
    """Return whether a plain text says of what it tells that it is over, a drill or the news, or
    only thought of.
    """
    return any(
        _Weighed(sentence, "", language).is_set_aside
        for language in _languages_of(text)
        for sentence in sentences(text)
    )


def _languages_of(text: str) -> Iterator[_Language]:
    if not text.isascii():
        yield _CHINESE
    if _LATIN.search(text):
        yield _ENGLISH


def _find_in(
    whole: PlainText,
    language: _Language,
    possible: Possible[Sign],
    own: Sequence[Sign],
    found: dict[str, None],
) -> None:
    """Add the words of the signs that are meant, sentence by sentence, each once."""
    said = whole.sentences
    across = any(sign.across for sign, _ in possible)
    for number, sentence in enumerate(said):
        following = said[number + 1] if number + 1 < len(said) else ""
        # few are tried sooner than they are looked for again in a part
        few = len(said) == 1 or len(possible) <= _FEW
        signs = possible if few else language.signs.possible(sentence)
        theirs = [(sign, (sign.pattern,)) for sign in own if sign.word in sentence]
        _Weighed(sentence, following, language).add_meant([*signs, *theirs], whole.text, found)
        if number and across:
            pair = said[number - 1] + sentence
            signs = language.signs_across.possible(pair)
            _Weighed(pair, following, language).add_meant(signs, whole.text, found)


class _Weighed:
    """One sentence or two, and what in it makes signs of danger none: worked out where there are
    any.
    """

    def __init__(self, sentence: str, following: str, language: _Language) -> None:
        self._sentence, self._following, self._language = sentence, following, language

    def add_meant(self, signs: Possible[Sign], whole: str, found: dict[str, None]) -> None:
        """Add the words of those signs that are meant here, unless they were found before."""
        for sign, patterns in signs:
            if sign.word not in found and self._means(sign, patterns, whole):
                found[sign.word] = None

    def _means(self, sign: Sign, patterns: Sequence[re.Pattern[str]], whole: str) -> bool:
        """Return whether the sign stands in the sentence, and the guards let one place pass."""
        patterns = [each for each in patterns if each.search(self._sentence)]
        if not patterns or self._is_told or not sign.context.search(whole):
            return False
        if sign.excuse and self._says(sign.excuse, 0, len(self._sentence)):
            return False
        read = self._sentence if sign.raw else self._read
        return any(self._stands_by(sign, pattern, read) for pattern in patterns)

    def _stands_by(self, sign: Sign, pattern: re.Pattern[str], read: str) -> bool:
        at = 0
        for _ in range(_MAX_TRIES):
            match = pattern.search(read, at)
            if match is None:
                return False
            if self._stands(sign, match.start(), match.end()):
                return True
            at = match.start() + 1
        return False

    def _stands(self, sign: Sign, start: int, end: int) -> bool:
        begins, ends = self._clauses.around(start, end)
        if sign.exception and self._says(sign.exception, begins, ends):
            return False
        if sign.deniable and self._is_denied(begins, start, end):
            return False
        if self._matches("supposed", self._sentence[begins:end]):
            return False
        if self._matches("over", self._ended[start : end + _RIGHT_AFTER]):
            return False
        is_past = self._matches("past", self._sentence, max(0, begins - _JUST_BEFORE), ends)
        is_over = self._ends_next or self._matches("over", self._ended, begins)
        if not (is_past or is_over):
            return True
        return self._matches("again" if is_past else "present", self._sentence, begins, ends)

    def _matches(self, guard: str, text: str, begins: int = 0, ends: int | None = None) -> bool:
        """Return whether a pattern of the guard matches in the text, which is this sentence or made
        of it.
        """
        ends = len(text) if ends is None else ends
        return any(each.search(text, begins, ends) for each in self._guards.get(guard, ()))

    def _says(self, excuse: re.Pattern[str], begins: int, ends: int) -> bool:
        """Return whether the excuse stands there and is not denied itself (not cigarette smoke)."""
        found = excuse.search(self._sentence, begins, ends)
        if found is None:
            return False
        start, end = found.span()
        return not self._is_denied(self._clauses.around(start, end)[0], start, start)

    def _is_denied(self, begins: int, start: int, end: int) -> bool:
        """Return whether a negation stands in reach before `start`, in its clause, or in it."""
        first = max(begins, start - self._language.reach)
        return self._matches("denial", self._claims, first, end)

    def _blanked(self, guard: str, text: str) -> str:
        return blanked(self._guards.get(guard, ()), text)

    @cached_property
    def _guards(self) -> dict[str, Sequence[re.Pattern[str]]]:
        """The patterns of the guards that may match in the sentence, or in what is made of it."""
        return dict(self._language.guards.possible(self._sentence))

    @cached_property
    def _read(self) -> str:
        """The sentence without harmless words."""
        return self._blanked("harmless", self._sentence)

    @cached_property
    def _claims(self) -> str:
        """The same without negations that deny nothing."""
        return self._blanked("no_denials", self._read)

    @cached_property
    def _ended(self) -> str:
        return self._blanked("not_over", self._sentence)

    @cached_property
    def _clauses(self) -> Clauses:
        return Clauses.of(self._sentence)

    @cached_property
    def _is_told(self) -> bool:
        return self._matches("told", self._claims) and not self._matches("earnest", self._sentence)

    @cached_property
    def _ends_next(self) -> bool:
        """Whether the next sentence says that it is over, and of no earlier time."""
        if not self._following:
            return False
        following = _Weighed(self._following, "", self._language)
        return following.says_that_it_is_over

    @property
    def is_set_aside(self) -> bool:
        said = self._sentence
        if self._is_told or self._matches("supposed", said):
            return True
        return self._matches("over", self._ended) and not self._matches("present", said)

    @property
    def says_that_it_is_over(self) -> bool:
        if self._matches("past", self._sentence):
            return False
        others = self._blanked("over", self._ended)
        return others != self._ended and not self._matches("present", others)
