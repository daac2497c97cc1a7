"""Reads that a store declares once, and that concurrent transactions share: SQL with the types of
its parameters.

`Lookup` reads without a lock. `ForUpdate` reads rows that are going to be changed. `Requirement` is
a condition that has to hold at the very commit.
"""

import re
from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import text

_PARAMETER = re.compile(r"(?<!:):([a-z_]+)")


def planned_once(parameter: str, type_: str) -> str:
    """Return the parameter, an array of that type, in such a way that PostgreSQL does not see how
    long it is: else it plans the statement anew for each array, at several times the cost of
    running it, and never keeps a plan.
    """
    return f"cast((select cast({parameter} as {type_}[])) as {type_}[])"


def unseen(parameter: str, type_: str) -> str:
    """Return the parameter, a single value of that type, in such a way that PostgreSQL does not see
    it: else it may plan the statement anew for each value, as `planned_once` has it of arrays.
    """
    return f"(select cast({parameter} as {type_}))"


class _Declared:
    """SQL whose `:parameters` are columns of `given`, one row for each who asks."""

    def __init__(self, sql: str, types: Mapping[str, str]) -> None:
        used = set(_PARAMETER.findall(sql))
        if used != types.keys():
            raise TypeError(
                f"the parameters {sorted(used)} of a statement and the types given for "
                f"{sorted(types)} are not the same"
            )
        self._names = tuple(types)
        # the offset keeps it a look-up for each who asks, however many PostgreSQL guesses there are
        asked = _PARAMETER.sub(_column_of_given, sql)
        self.lateral = f"cross join lateral ({asked} offset 0) as found"
        self._types = tuple(types.values())

    def given(self, first: int) -> str:
        """Return the FROM item `given` with one row for each who asks, its parameters numbered from
        `first`; `asked` counts from 1.
        """
        arrays = ", ".join(
            planned_once(f"${number}", type_) for number, type_ in enumerate(self._types, first)
        )
        columns = ", ".join(f'"{name}"' for name in self._names)
        return f"unnest({arrays}) with ordinality as given({columns}, asked)"

    def values(self, given: Mapping[str, Any]) -> tuple[Any, ...]:
        """Return what one of those who ask gives, in the order of the types; raises KeyError for a
        parameter that is left out.
        """
        return tuple(given[name] for name in self._names)

    def parameters(self, asked: Sequence[Mapping[str, Any]]) -> list[list[Any]]:
        """Return one array for each parameter."""
        return [[each[name] for each in asked] for name in self._names]

    @property
    def width(self) -> int:
        """How many parameters it takes."""
        return len(self._names)


def _column_of_given(parameter: re.Match[str]) -> str:
    return f'given."{parameter[1]}"'


class Lookup(_Declared):
    """A select without locks: `Lookup("select revision from sites where id = :id", id="text")`.

    Parameters are scalars. Rows come in the order of the select.
    """

    def __init__(self, sql: str, **types: str) -> None:
        super().__init__(sql, types)
        self.sql = f"select given.asked, found.* from {self.given(1)} {self.lateral}"


class Requirement(_Declared):
    """A condition on stored rows: a select that returns one row while it holds, checked by the
    statement that writes.

    It comes before the writes of the same statement, and in the order in which requirements were
    first stated. It must not wait for a lock (`skip locked`): the transaction that holds the row is
    about to change it.

    `apart` is a parameter: those who give the same for it never share a statement, in which none
    would see what another writes.
    """

    def __init__(self, sql: str, *, apart: str | None = None, **types: str) -> None:
        super().__init__(sql, types)
        self.apart = apart

    def check(self, first: int) -> str:
        """Return a scalar that is 1 when the condition holds for all who state it; PostgreSQL
        divides by zero when it does not.
        """
        held = f"(select count(*) from {self.given(first)} {self.lateral})"
        return f"1 / (case when {held} = cardinality(${first}) then 1 else 0 end)"


class ForUpdate:
    """A select of rows of one table that are going to be changed, with `xmin as seen` and the
    table's `id` among its columns.

    In a locking transaction the rows are locked. In an optimistic one they are looked up, and the
    commit requires that they are unchanged since. `of` is the table's alias in the select, where
    other tables are joined to it.
    """

    def __init__(
        self, table: str, sql: str, *, id_type: str = "uuid", of: str | None = None, **types: str
    ) -> None:
        self.lookup = Lookup(sql, **types)
        self.locking = text(f"{sql} for update of {of or table}")
        self.unchanged = Requirement(
            f'select from "{table}" where id = :id and xmin = :seen for update skip locked',
            id=id_type,
            seen="xid",
        )
