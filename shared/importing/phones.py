"""Telephone numbers as people write them, in the one form that can be dialled from anywhere."""

import re

from shared.remarks import WrongValue

_DECORATION = re.compile(r"[\s().\-‐‑–—·]")
_WHOLE_FLOAT = re.compile(r"([0-9]+)\.0+")
_SCIENTIFIC = re.compile(r"[0-9](?:\.[0-9]+)?e\+?[0-9]+", re.IGNORECASE)
_SEVERAL = re.compile(r"[/、,，;；]|[0-9]{7,} +[0-9]{7,}")
_CHINA = "+86"
_NATIONAL_CHINA = re.compile(r"1[3-9][0-9]{9}|0?(?:10|2[0-9]|[3-9][0-9]{2})[2-8][0-9]{6,7}")
_E164 = re.compile(r"\+[1-9][0-9]{6,14}")


def phone_number(text: str) -> str:
    """Return the number as `+8613800138000` (E.164); one that names no country is Chinese.

    Raises WrongValue.
    """
    if _SCIENTIFIC.fullmatch(text):
        raise WrongValue(
            "shortened",
            "was shortened by the spreadsheet: format the column as text and write it again",
        )
    if _SEVERAL.search(text):
        raise WrongValue("several_numbers", "has several numbers: keep one of them")
    found = _WHOLE_FLOAT.fullmatch(text)
    digits = _DECORATION.sub("", found[1] if found else text)
    if digits.startswith("00"):
        digits = f"+{digits[2:]}"
    if not digits.removeprefix("+").isdecimal() or not digits.isascii():
        raise WrongValue(
            "no_phone", "is no telephone number, such as 138 0013 8000 or +852 2123 4567"
        )
    if not digits.startswith("+"):
        national = digits.removeprefix("86") if len(digits) > 11 else digits
        if not _NATIONAL_CHINA.fullmatch(national):
            raise WrongValue(
                "no_chinese_phone",
                "is no number in China, of 11 digits or with its area code; write one of "
                "elsewhere with its country: +852 2123 4567",
            )
        return _CHINA + national.removeprefix("0")
    if not _E164.fullmatch(digits):
        raise WrongValue(
            "no_e164", "has to have 7 to 15 digits with its country, such as +8613800138000"
        )
    return digits
