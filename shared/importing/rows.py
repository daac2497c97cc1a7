"""A row of a list, as its form reads it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from shared.importing.values import Value


@dataclass(frozen=True)
class SheetRow:
    """A row as its form reads it; a field that its file does not have is None."""

    number: int
    values: Mapping[str, Value]

    def text(self, name: str) -> str | None:
        """Return a text, an id, a date: whatever is no number and no flag."""
        value = self.values[name]
        return None if value is None else str(value)

    def number_of(self, name: str) -> float | None:
        value = self.values[name]
        return None if value is None else float(value)

    def group(self, names: Sequence[str]) -> str:
        """Return what tells whom a row belongs to: the first of these that is there."""
        return next(
            (f"{name} {self.values[name]}" for name in names if self.values[name] is not None), ""
        )
