"""A text as the signs of danger read it: one width, one case, one script, cut into sentences."""

import re
import unicodedata
from bisect import bisect_left, bisect_right
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise

from services.tickets.domain.danger.rules import Grams
from services.tickets.domain.danger.script import TO_SIMPLIFIED
from services.tickets.domain.danger.typing_errors import corrected

BLANK = "■"
_ALIKE = TO_SIMPLIFIED | str.maketrans({"’": "'", "‘": "'", "“": '"', "”": '"'})
_SPACES = re.compile(r"[^\S\n ]+ *| {2,}")
_BETWEEN_CHINESE = re.compile(r" (?<=[\u4e00-\u9fff] )(?=[\u4e00-\u9fff])")
_SENTENCE = re.compile(
    # by its marks first: a pattern that begins with a letter is looked for the fastest
    r"[。!?;\n….](?:(?<!\.)(?![。!?;\n…])|"
    r"(?<=\.)(?<!mr\.)(?<!mrs\.)(?<!ms\.)(?<!dr\.)(?<!no\.)(?<!nr\.)(?= |$))"
)
"""The mark that ends it."""
_CLAUSE_ENDS = re.compile(
    r"[,、:()\[\]{}\"「」『』《》~—–]| - | but | however | though | although | yet | because | so "
    r"| while | just | only | and (?=(?:the|a|an|it|its|there|my|our|we|i|he|she|they|you|your|is|"
    r"are|now|then|one|two|people|someone|somebody|water|still|has|have|smells?|gas|can|cannot|"
    r"this|that|everyone|nobody|his|her|their)(?:'\w+)? )"
    r"|但是?|可是|不过|然而|而是|只是|就是|却|反而|而且"
)


def plain(text: str) -> str:
    """Return the text in one width, lower case and simplified characters; a space between Chinese
    characters is a comma.
    """
    if text.isascii():
        return corrected(_SPACES.sub(" ", text.lower()).strip())
    folded = unicodedata.normalize("NFKC", text).casefold().translate(_ALIKE)
    return corrected(_BETWEEN_CHINESE.sub(",", _SPACES.sub(" ", folded)).strip())


def sentences(text: str) -> list[str]:
    """Return the sentences of a plain text with the mark that ends each."""
    ends = [0, *(mark.end() for mark in _SENTENCE.finditer(text)), len(text)]
    said = (text[begins:ends] for begins, ends in pairwise(ends))
    return [sentence for sentence in said if sentence.strip()]


@dataclass(frozen=True)
class PlainText:
    """A text as `plain` returns it, with what rules and weights of each language ask of it: worked
    out once.
    """

    text: str

    @cached_property
    def sentences(self) -> list[str]:
        return sentences(self.text)

    @cached_property
    def grams(self) -> Grams:
        return Grams.of(self.text)


@dataclass(frozen=True)
class Clauses:
    """Where the clauses of a sentence begin and end."""

    begins: list[int]
    ends: list[int]

    @classmethod
    def of(cls, sentence: str) -> "Clauses":
        marks = list(_CLAUSE_ENDS.finditer(sentence))
        return cls(
            [0, *(mark.end() for mark in marks)],
            [*(mark.start() for mark in marks), len(sentence)],
        )

    def around(self, start: int, end: int) -> tuple[int, int]:
        """Return where the clause begins that `start` lies in, and where the one of `end` ends."""
        first = bisect_right(self.begins, start) - 1
        last = bisect_left(self.ends, end)
        return self.begins[first], self.ends[min(last, len(self.ends) - 1)]


def blanked(patterns: Iterable[re.Pattern[str]], text: str) -> str:
    """Return the text with every match of each pattern as blanks of the same length."""
    for pattern in patterns:
        text = pattern.sub(lambda found: BLANK * len(found.group()), text)
    return text
