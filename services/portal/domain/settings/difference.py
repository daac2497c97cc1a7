"""What a change makes different, in words."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

Body = dict[str, Any]
"""A thing's settings as its service reads and writes them."""
Told = tuple[str, str]
"""What a setting is called, and what it says, both in words."""


@dataclass(frozen=True, kw_only=True)
class Difference:
    """One setting as it was and as it is to be; empty where there is nothing."""

    name: str
    before: str
    after: str


def differences(before: Sequence[Told], after: Sequence[Told]) -> list[Difference]:
    """Return what differs, in the order of the settings; what only one of them has is among it."""
    were, are = dict(before), dict(after)
    names = list(dict.fromkeys([*(name for name, _ in after), *(name for name, _ in before)]))
    return [
        Difference(name=name, before=were.get(name, ""), after=are.get(name, ""))
        for name in names
        if were.get(name, "") != are.get(name, "")
    ]
