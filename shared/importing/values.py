"""Cells as people and spreadsheets leave them, read into what a row has."""

import re
import unicodedata
from collections.abc import Callable, Mapping

from shared.importing.form import DATED, Field, Kind
from shared.importing.phones import phone_number
from shared.importing.rooms import read_code, read_room
from shared.remarks import WrongValue
from shared.sheets.dates import Dates

Value = str | int | float | bool | None

_UNIT_OF_AREA = re.compile(r"(?:m2|平方米|平米|平方|平|sqm|sq\.?\s*m)\.?$", re.IGNORECASE)
_GROUPED = re.compile(r"[+-]?[0-9]{1,3}(?:,[0-9]{3})+(?:\.[0-9]+)?")
_NUMBER = re.compile(r"[+-]?[0-9]{1,15}(?:\.[0-9]{1,15})?")
_EMAIL = re.compile(r"[^\s@<>(),;:\"\\]{1,64}@[^\s@<>(),;:\"\\]{1,189}")
_FLAGS: Mapping[str, bool] = {
    **dict.fromkeys(("是", "有", "对", "√", "✓", "✔", "☑", "y", "yes", "true", "t", "1"), True),
    **dict.fromkeys(("否", "无", "没有", "错", "×", "✗", "✘", "☒", "x", "n", "no"), False),
    **dict.fromkeys(("false", "f", "0"), False),
}


def read_value(field: Field, text: str, dates: Mapping[str, Dates]) -> Value:
    """Return what a cell says, None for a blank one. Raises WrongValue."""
    said = _one_line(text)
    if not said:
        return None
    if len(said) > field.max_chars:
        raise WrongValue(
            "too_long",
            "has {chars} characters; {most} are the most",
            chars=len(said),
            most=field.max_chars,
        )
    if field.kind in DATED:
        return _date(field, said, dates[field.name])
    if field.kind is Kind.CHOICE:
        return _choice(field, said)
    if field.kind in (Kind.NUMBER, Kind.WHOLE):
        return _number(field, said)
    return _READERS[field.kind](said)


def plain(text: str) -> str:
    """Return the text with usual digits and letters in place of full-width ones."""
    return unicodedata.normalize("NFKC", text).strip()


def _one_line(text: str) -> str:
    return " ".join(text.split())


def _number(field: Field, text: str) -> float | int:
    said = plain(_UNIT_OF_AREA.sub("", plain(text)))
    if _GROUPED.fullmatch(said):
        said = said.replace(",", "")
    if not _NUMBER.fullmatch(said):
        raise WrongValue("no_number", "is no number, such as 89.5")
    number = float(said)
    if field.kind is Kind.WHOLE and not number.is_integer():
        raise WrongValue("no_whole_number", "is no whole number")
    if field.least is not None and number < field.least:
        raise WrongValue("too_small", "is less than {least}", least=f"{field.least:g}")
    if field.most is not None and number > field.most:
        raise WrongValue("too_large", "is more than {most}", most=f"{field.most:g}")
    return int(number) if field.kind is Kind.WHOLE else number


def _flag(text: str) -> bool:
    said = _FLAGS.get(plain(text).casefold())
    if said is None:
        raise WrongValue("no_flag", "is neither yes nor no: write 是 or 否, √ or ×, Y or N")
    return said


def _date(field: Field, text: str, dates: Dates) -> str:
    try:
        moment = dates.read(text)
    except ValueError as error:
        raise WrongValue("no_date", "{said}; write it as 2026-01-31", said=error) from None
    if not 1900 <= moment.year < 2200:
        raise WrongValue("no_likely_date", "lies before 1900 or after 2199")
    return moment.date().isoformat() if field.kind is Kind.DATE else moment.isoformat()


def _phone(text: str) -> str:
    return phone_number(plain(text))


def _email(text: str) -> str:
    said = plain(text)
    _, _, domain = said.partition("@")
    if not _EMAIL.fullmatch(said) or "." not in domain.strip("."):
        raise WrongValue("no_email", "is no e-mail address, such as wang@example.com")
    return said


def _choice(field: Field, text: str) -> str:
    said = field.choices.get(plain(text).casefold())
    if said is None:
        known = "、".join(dict.fromkeys(field.choices))
        raise WrongValue("no_choice", "is none of {known}", known=known[:300])
    return said


_READERS: Mapping[Kind, Callable[[str], Value]] = {
    Kind.TEXT: str,
    Kind.ID: read_code,
    Kind.ROOM: read_room,
    Kind.FLAG: _flag,
    Kind.PHONE: _phone,
    Kind.EMAIL: _email,
}
