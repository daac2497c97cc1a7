"""What a list of one kind looks like: its columns, by the headings that people give them."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from enum import StrEnum
from typing import Any

from shared.sheets import Column, Form


class Kind(StrEnum):
    """How a cell is read (`shared.importing.values`), and what a row has of it then."""

    TEXT = "text"
    ID = "id"
    """A text of which a spreadsheet may have made a number: `1001.0` is `1001`."""
    ROOM = "room"
    """The same of a room, of which it may have made a date, or taken the first zero."""
    NUMBER = "number"
    WHOLE = "whole"
    FLAG = "flag"
    DATE = "date"
    """As `2026-01-05`."""
    MOMENT = "moment"
    """As `2026-01-05T08:30:00`, with an offset where the cell has one."""
    PHONE = "phone"
    """As `+8613800138000`."""
    EMAIL = "email"
    CHOICE = "choice"


DATED = frozenset({Kind.DATE, Kind.MOMENT})


@dataclass(frozen=True, kw_only=True)
class Field:
    """A column: `headings` are the ways to call it beside its name, the first one in Chinese and
    the second in English as a template has them.
    """

    name: str
    headings: tuple[str, ...]
    kind: Kind = Kind.TEXT
    needed: bool = False
    """Whether a list without the column is none of its form."""
    filled: bool = False
    """Whether a row without a value is bad."""
    fills_down: bool = False
    """Whether a value stands for the rows below it that have none (`shared.importing.filling`)."""
    max_chars: int = 200
    least: float | None = None
    most: float | None = None
    choices: Mapping[str, str] = field(default_factory=dict)
    """Of a choice: what is written, in lower case, and what it means."""
    in_template: bool = True


@dataclass(frozen=True, kw_only=True)
class ImportForm:
    """`key` names what tells rows apart: two with the same are both bad. Rows that are alike in the
    first field of `group` that they have come one after the other, wherever they stood.
    """

    name: str
    fields: tuple[Field, ...]
    key: tuple[str, ...] = ()
    group: tuple[str, ...] = ()

    def sheet_form(self) -> Form:
        """Return what a file's headings are looked up in."""
        columns = tuple(
            Column(
                name=each.name,
                headings=each.headings,
                required=each.needed,
                is_date=each.kind in DATED,
            )
            for each in self.fields
        )
        return Form(name=self.name, columns=columns)

    def written(self) -> dict[str, Any]:
        """Return the form as JSON takes it."""
        return asdict(self)

    @classmethod
    def read(cls, written: Mapping[str, Any]) -> "ImportForm":
        fields = tuple(
            Field(**{**each, "kind": Kind(each["kind"]), "headings": tuple(each["headings"])})
            for each in written["fields"]
        )
        return cls(
            name=written["name"],
            fields=fields,
            key=tuple(written["key"]),
            group=tuple(written["group"]),
        )
