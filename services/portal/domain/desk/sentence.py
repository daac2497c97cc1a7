"""A message that a page is to say, with what it says."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

Value = str | int | datetime | timedelta | tuple[str, ...]
"""A moment is said as the hour, with the day where it is another; a list with commas."""


@dataclass(frozen=True, kw_only=True)
class Sentence:
    key: str
    said: Mapping[str, Value] = field(default_factory=dict)


def sentence(key: str, **said: Value) -> Sentence:
    return Sentence(key=key, said=said)
