"""Telephone numbers as people write them, read into the one spelling that is stored (E.164)."""

import re
import unicodedata

from shared.errors import Invalid

MAX_WRITTEN_LENGTH = 40
"""Characters of a number as it is written."""

_DECORATION = re.compile(r"[\s().\-/\u2010-\u2015]+")
_E164 = re.compile(r"\+[1-9][0-9]{6,14}")
_CHINA = "+86"
_NATIONAL_CHINA = re.compile(r"1[3-9][0-9]{9}|10[0-9]{8}|[2-9][0-9]{9,10}")
"""Mobile numbers, Beijing's, and those of other areas and services with their area code."""
_NORTH_AMERICA = "+1"
_KEEP_ZERO = frozenset({"+39", "+378"})
"""Italy and San Marino dial the zero from abroad too."""


def phone_number(written: str, *, country: str) -> str:
    """Return the number as `+8613800138000`. One that says no country is one of `country` (`+86`).

    Raises Invalid for what is no number that can be called from anywhere.
    """
    text = _DECORATION.sub("", unicodedata.normalize("NFKC", written).replace("(0)", ""))
    if text.startswith("00"):
        text = f"+{text[2:]}"
    digits = text.removeprefix("+")
    if not (digits.isascii() and digits.isdigit()):
        raise _refused("has to be of digits, such as 138 0013 8000 or +86 21 6000 1234")
    number = text if text.startswith("+") else _of_country(digits, country)
    if not _E164.fullmatch(number):
        raise _refused("has to have 7 to 15 digits with the country's, such as +8613800138000")
    if number.startswith(_CHINA) and not _NATIONAL_CHINA.fullmatch(number[len(_CHINA) :]):
        raise _refused(
            "is no number in China: a mobile number has 11 digits, any other its area code in front"
        )
    return number


def _of_country(digits: str, country: str) -> str:
    """Return the number with the country in front, without what is dialled inside it alone."""
    if country == _CHINA and _NATIONAL_CHINA.fullmatch(digits.removeprefix("86")):
        return _CHINA + digits.removeprefix("86")
    if country == _NORTH_AMERICA and len(digits) == 11:
        return f"+{digits}"
    return country + (digits if country in _KEEP_ZERO else digits.removeprefix("0"))


def _refused(why: str) -> Invalid:
    return Invalid(f"The telephone number {why}.", field="/phone")
