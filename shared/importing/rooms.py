"""Rooms and numbers as spreadsheets leave them: `1202.0`, full-width digits, and what was made a
date of.

What cannot be told back is asked and not guessed: `1月2日` may have been `1-2`, and `101` beside
`0102` may have lost a zero.
"""

import re
import unicodedata
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from shared.remarks import WrongValue

_DASHES = dict.fromkeys(map(ord, "‐‑‒–—―−─ーｰ~〜_"), "-")
_WHOLE_FLOAT = re.compile(r"([0-9]+)\.0+")
_SCIENTIFIC = re.compile(r"[0-9](?:\.[0-9]+)?e\+[0-9]+", re.IGNORECASE)
_MONTH = (
    r"(?:jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?"
    r"|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?)"
)
_MADE_BY_ITSELF = (
    rf"[0-9]{{1,2}}月[0-9]{{1,2}}日?|[0-9]{{1,2}}[-\s]{_MONTH}|{_MONTH}[-\s][0-9]{{2}}"
    r"|[0-9]{4}年[0-9]{1,2}月(?:[0-9]{1,2}日)?"
    r"|(?:19|20)[0-9]{2}[-/][0-9]{1,2}[-/][0-9]{1,2}[T\s][0-9:.]+"
    r"|[0-9]{1,2}:[0-9]{2}(?::[0-9]{2})?"
)
"""How spreadsheets show what they have made a date of."""
_DATE_OF_ID = re.compile(_MADE_BY_ITSELF, re.IGNORECASE)
_DATE = re.compile(
    rf"{_MADE_BY_ITSELF}|{_MONTH}[-\s][0-9]{{1,4}}"
    r"|(?:19|20)[0-9]{2}([-/.])[0-9]{1,2}\1[0-9]{1,2}"
    r"|[0-9]{1,2}([-/.])[0-9]{1,2}\2(?:19|20)[0-9]{2}(?:\s[0-9:.]+)?",
    re.IGNORECASE,
)


def read_room(text: str) -> str:
    """Return the room as it was before a spreadsheet counted with it. Raises WrongValue."""
    said = unicodedata.normalize("NFKC", text).strip()
    if _DATE.fullmatch(said):
        raise _made_a_date()
    if _SCIENTIFIC.fullmatch(said):
        raise _shortened()
    found = _WHOLE_FLOAT.fullmatch(said)
    said = found[1] if found else said
    return re.sub(r"\s*-\s*", "-", said.translate(_DASHES))


def read_code(text: str) -> str:
    """Return the code, number or id as it was before a spreadsheet counted with it. Raises
    WrongValue.
    """
    said = unicodedata.normalize("NFKC", text).strip()
    if _DATE_OF_ID.fullmatch(said):
        raise _made_a_date()
    if _SCIENTIFIC.fullmatch(said):
        raise _shortened()
    found = _WHOLE_FLOAT.fullmatch(said)
    return found[1] if found else said


def _shortened() -> WrongValue:
    return WrongValue(
        "shortened",
        "was shortened by the spreadsheet: format the column as text and write it again",
    )


def _made_a_date() -> WrongValue:
    return WrongValue(
        "made_a_date",
        "was made a date by the spreadsheet (1-2 becomes 1月2日): format the column as text, "
        "then write it again",
    )


@dataclass(frozen=True)
class LostZeros:
    """Rooms or numbers of a column some of which have zeros in front and others may have lost
    theirs.
    """

    sample: str
    lengths: range
    """How many digits one has that has lost its zeros."""

    def demand_zeros(self, said: str) -> None:
        """Raise WrongValue for one that may have lost some."""
        if len(said) in self.lengths and is_digits(said) and not said.startswith("0"):
            raise WrongValue(
                "lost_zero",
                "may have lost a zero, since {sample} has one: format the column as text "
                "and write {whole}, or take the zeros off the others",
                sample=self.sample,
                room=said,
                whole=said.zfill(self.lengths.stop),
            )


def lost_zeros_of_numbers(numbers: Iterable[str]) -> LostZeros | None:
    """Return which numbers of people, buildings, tickets may have lost zeros: those that are
    shorter than each that has one.
    """
    with_zeros = (each for each in numbers if is_digits(each) and each.startswith("0"))
    shortest = min(with_zeros, key=lambda each: (len(each), each), default="")
    return LostZeros(shortest, range(1, len(shortest))) if len(shortest) > 1 else None


def lost_zeros(rooms: Iterable[str]) -> tuple[LostZeros | None, tuple[str, str] | None]:
    """Return which rooms of a column may have lost a zero; and, where no room shows that there were
    any, two rooms that are to be asked about: a building of nine floors and more has rooms of
    three digits and of four.
    """
    sample: dict[int, str] = {}
    zero: dict[int, str] = {}
    lengths: Counter[int] = Counter()
    for room in rooms:
        if is_digits(room):
            lengths[len(room)] += 1
            (zero if room.startswith("0") else sample).setdefault(len(room), room)
    for length, with_zero in sorted(zero.items()):
        if length - 1 in sample:
            return LostZeros(with_zero, range(length - 1, length)), None
    if 3 in sample and 4 in sample:
        return None, (sample[3], sample[4])
    return None, None


def is_digits(room: str) -> bool:
    return room.isascii() and room.isdigit()
