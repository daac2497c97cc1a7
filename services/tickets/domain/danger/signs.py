"""What a sign of danger is: data that a person can read, and what is looked for in it."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property


@dataclass(frozen=True, kw_only=True)
class Sign:
    """One danger in the ways in which people say it.

    `said` are patterns for one sentence as `reading.py` returns it. Every repetition in a pattern
    is bounded, so that a long text costs no more than its length.
    """

    word: str
    """What the ticket remembers of it, and what staff are told."""
    said: tuple[str, ...]
    near: str = ""
    """What has to stand somewhere in the text besides; empty: nothing."""
    unless: str = ""
    """What in the same clause makes it harmless; empty: nothing."""
    excused: str = ""
    """What anywhere in the sentence makes it harmless; empty: nothing."""
    raw: bool = False
    """Look for it also in harmless words, for its patterns tell them apart (gas meter hisses)."""
    across: bool = False
    """Look for it in two sentences together (The lift stopped. My son is inside.)."""
    deniable: bool = True
    """False for patterns that speak by a negation of their own (`cannot get out`)."""

    @cached_property
    def pattern(self) -> re.Pattern[str]:
        return any_of(self.said)

    @cached_property
    def context(self) -> re.Pattern[str]:
        return re.compile(self.near, re.ASCII)

    @cached_property
    def excuse(self) -> re.Pattern[str] | None:
        return re.compile(self.excused, re.ASCII) if self.excused else None

    @cached_property
    def exception(self) -> re.Pattern[str] | None:
        return re.compile(self.unless, re.ASCII) if self.unless else None


@dataclass(frozen=True, kw_only=True)
class Guards:
    """What makes of a sign something that is no danger, in one language.

    `harmless` are words with danger in them (fire door), blanked before signs are looked for;
    `no_denials` are negations that deny no danger (cannot, no doubt), blanked before denials are
    looked for in what stands before a sign in its clause.
    """

    harmless: str
    no_denials: str
    denial: str
    reach: int
    """So many characters before a sign a negation still denies it, in the same clause."""
    past: str
    """A time that is over, in the same sentence."""
    over: str
    """Said to have ended, in the same sentence or the next one."""
    not_over: str
    """What only looks like `over` (not fixed, has to be fixed), blanked before it is looked for."""
    present: str
    """In the clause of the sign: it is going on all the same."""
    again: str
    """The same where the clause speaks of a time that is over, too (as last month, it smells
    again).
    """
    supposed: str
    """Before the sign in its clause: a case that is only thought of, or a question about it."""
    told: str
    """Anywhere in the sentence: a drill, the news, a form to be filled in."""
    earnest: str
    """Anywhere in the sentence: it is none of these (no drill, the fire is real)."""

    def patterns(self) -> Iterator[tuple[str, str]]:
        """Yield the name and the pattern of each guard."""
        return ((name, said) for name, said in vars(self).items() if isinstance(said, str))


def whole_word(word: str) -> str:
    """Return a pattern for a plain word: one in Latin letters stands alone (`gas` is not in
    `gasket`), a Chinese one is found anywhere.
    """
    before = "(?<![a-z0-9])" if word[:1].isascii() and word[:1].isalnum() else ""
    after = "(?![a-z0-9])" if word[-1:].isascii() and word[-1:].isalnum() else ""
    return before + re.escape(word) + after


def any_of(patterns: Iterable[str]) -> re.Pattern[str]:
    """Return one pattern for all of them; letters are the ASCII ones, so that `gas` stands alone
    between Chinese characters.
    """
    return re.compile("|".join(f"(?:{pattern})" for pattern in patterns), re.ASCII)
