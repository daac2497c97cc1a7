"""What is taken as a password: long, and not what is tried first (NIST SP 800-63B §3.1.1)."""

import unicodedata
from collections.abc import Iterable
from enum import StrEnum

MIN_LENGTH = 10
MAX_LENGTH = 200
_MIN_DISTINCT = 5
_RUNS = (
    "01234567890123456789",
    "98765432109876543210",
    "abcdefghijklmnopqrstuvwxyz",
    "qwertyuiopasdfghjklzxcvbnm",
    "1qaz2wsx3edc4rfv5tgb6yhn7ujm",
    "q1w2e3r4t5y6u7i8o9p0",
)
_KNOWN = ("password", "passw0rd", "p@ssw0rd", "p@ssword", "letmein", "iloveyou", "woaini", "fettle")
_MIN_OWN_PART = 4
"""Characters from which on a part of a person's names weakens a password."""


class Weakness(StrEnum):
    """Why a password is not taken, as messages are called."""

    SHORT = "sign-in-password-short"
    LONG = "sign-in-password-long"
    EASY = "sign-in-password-easy"
    OWN = "sign-in-password-own"


def normal(password: str) -> str:
    """Return the password in the one form that is hashed: the same however a keyboard composes
    it.
    """
    return unicodedata.normalize("NFKC", password)


def weakness_of(password: str, *, own: Iterable[str]) -> Weakness | None:
    """Return why the password is not taken; None where it is. `own` are the person's names: who
    knows the person tries those first.
    """
    text = normal(password).casefold()
    if len(text) < MIN_LENGTH:
        return Weakness.SHORT
    if len(password) > MAX_LENGTH:
        return Weakness.LONG
    if any(part in text for name in own for part in _parts(name)):
        return Weakness.OWN
    return Weakness.EASY if _is_easy(text) else None


def _parts(name: str) -> list[str]:
    text = normal(name).casefold()
    for between in ("@", ".", "-", "+86"):
        text = text.replace(between, " ")
    return [part for part in text.split() if len(part) >= _MIN_OWN_PART]


def _is_easy(text: str) -> bool:
    """Return whether little is left without what is tried first."""
    if len({*text}) < _MIN_DISTINCT:
        return True
    left = text
    for known in _KNOWN:
        left = left.replace(known, "")
    for run in _RUNS:
        left = _without_runs(left, run)
    return len(left) < _MIN_DISTINCT


def _without_runs(text: str, run: str, *, least: int = 4) -> str:
    """Return the text without parts of the run that are at least so long."""
    left, start = [], 0
    while start < len(text):
        end = start + 1
        while end < len(text) and text[start : end + 1] in run:
            end += 1
        if end - start < least:
            left.append(text[start])
            end = start + 1
        start = end
    return "".join(left)
