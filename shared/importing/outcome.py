"""What became of a list: what was new, changed or as before, and what is wrong with its rows."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from shared.remarks import Remark

MAX_PROBLEMS = 1000
WHOLE_ROW = "(whole row)"
"""The column of a problem that is about no single cell."""
_MAX_SHOWN = 80


@dataclass(frozen=True, kw_only=True)
class Problem:
    """What is wrong with a row, numbered as spreadsheets do; `column` is the file's own heading.
    `why` says it in English, `code` and `values` to programs.
    """

    row: int
    column: str
    value: str
    why: str
    code: str
    values: Mapping[str, str]

    def __post_init__(self) -> None:
        object.__setattr__(self, "value", self.value[:_MAX_SHOWN])

    @classmethod
    def of(cls, remark: Remark, *, row: int, column: str, value: str) -> "Problem":
        return cls(
            row=row,
            column=column,
            value=value,
            why=remark.text,
            code=remark.code,
            values=remark.values,
        )


@dataclass(kw_only=True)
class Outcome:
    """`created` and `changed` count what was taken, or would be: a row whose thing is already so is
    `unchanged`. `unlisted` are the problems beyond the first thousand; `remarks` say what was
    guessed.
    """

    rows: int
    ignored: Sequence[str] = ()
    remarks: list[Remark] = field(default_factory=list)
    created: int = 0
    changed: int = 0
    unchanged: int = 0
    bad: int = 0
    taken: bool = False
    problems: list[Problem] = field(default_factory=list)
    unlisted: int = 0

    @property
    def notes(self) -> tuple[str, ...]:
        """What was guessed, in English."""
        return tuple(each.text for each in self.remarks)

    def note(self, problem: Problem) -> None:
        """Count one more bad row, with what is wrong with it."""
        self.bad += 1
        if len(self.problems) < MAX_PROBLEMS:
            self.problems.append(problem)
        else:
            self.unlisted += 1
