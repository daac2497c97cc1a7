"""One form for many ways to write the same: width, case, dashes, Chinese numerals."""

import re
import unicodedata

_DASHES = dict.fromkeys(map(ord, "‐‑‒–—―−─━ーｰ~〜_➖"), "-")
_SIMPLIFIED = str.maketrans("棟號樓單層門戶間區閣園莊東華陽灣", "栋号楼单层门户间区阁园庄东华阳湾")
_NUMERALS = {
    **{sign: str(n) for n, signs in enumerate(("〇零○", "一壹幺", "二贰貳两兩", "三叁參", "四肆",
       "五伍", "六陆陸", "七柒", "八捌", "九玖")) for sign in signs},
}  # fmt: skip
_TENS = str.maketrans("拾佰仟", "十百千")
_NUMERAL = re.compile(rf"[{''.join(_NUMERALS)}十百千拾佰仟]+")
_COUNTED = re.compile(r"(?:([1-9])千)?(?:0?([1-9])百)?(?:0?([1-9])?(十))?(?:0?([1-9]))?")
_DASH_OF_NUMERAL = re.compile(r"(?<=[0-9a-z])\s*一\s*(?=[0-9])")
_FLOOR_FIRST = re.compile(
    r"([0-9]+)(?:\s*/\s*f|(?:st|nd|rd|th)[\s-]*(?:floor|flr|fl|level|storey))(?![a-z0-9])"
)


def fold(text: str) -> str:
    """Return the text in one form for many: NFKC, lower case, simplified characters of buildings,
    `-` for every dash, digits for Chinese numerals.
    """
    plain = unicodedata.normalize("NFKC", text).casefold()
    plain = "".join(each for each in plain if unicodedata.category(each) not in ("Cf", "Co"))
    plain = plain.translate(_DASHES).translate(_SIMPLIFIED)
    plain = _FLOOR_FIRST.sub(r"\1层", _DASH_OF_NUMERAL.sub("-", plain))
    return _NUMERAL.sub(_digits, plain).strip()


def without_zeros(value: str) -> str:
    """Return the value without zeros before its first digit: `302` for `0302`."""
    return value.lstrip("0") or value[-1:]


def _digits(found: re.Match[str]) -> str:
    """Return the numeral in digits, apart from digits beside it; as it is where it is no number."""
    said = found[0].translate(_TENS)
    digits = "".join(_NUMERALS.get(sign, sign) for sign in said)
    if not digits.isdecimal():
        counted = _COUNTED.fullmatch(digits)
        if counted is None:
            return found[0]
        thousands, hundreds, tens, ten, ones = counted.groups()
        number = 1000 * int(thousands or 0) + 100 * int(hundreds or 0) + int(ones or 0)
        digits = str(number + (10 * int(tens or 1) if ten else 0))
    before = found.string[found.start() - 1 : found.start()]
    after = found.string[found.end() : found.end() + 1]
    return f"{' ' if _is_digit(before) else ''}{digits}{' ' if _is_digit(after) else ''}"


def _is_digit(sign: str) -> bool:
    return sign.isascii() and sign.isdigit()
