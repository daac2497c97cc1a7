"""What a PromQL expression asks for: each selector with the aggregations around it.

Enough of the language for our own expressions.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from shared.metrics import Across

_TOKEN = re.compile(r'"(?:\\.|[^"\\])*"|\[[^\]]*\]|[A-Za-z_:][A-Za-z0-9_:]*|\S')
_AGGREGATIONS = frozenset(
    {
        "sum",
        "min",
        "max",
        "avg",
        "count",
        "group",
        "stddev",
        "stdvar",
        "topk",
        "bottomk",
        "quantile",
        "count_values",
    }
)
_PICKING = frozenset({"topk", "bottomk"})
"""They choose series and put none together."""
_BEFORE_LABELS = frozenset({"by", "without", "on", "ignoring", "group_left", "group_right"})
_WORDS = frozenset({"and", "or", "unless", "bool", "offset", "inf", "nan"})
_ALLOWED = {
    Across.SUM: frozenset({"sum"}),
    Across.MAX: frozenset({"max"}),
    Across.EACH: frozenset({"max", "min", "count"}),
}


@dataclass(frozen=True)
class Aggregation:
    """`sum by (service)` → `sum`, (`service`,)."""

    operator: str
    by: tuple[str, ...]


@dataclass(frozen=True)
class Use:
    """A selector in an expression: `fettle_endpoints{state="silent"}`, and what it is in, the
    innermost first.
    """

    metric: str
    selector: str
    within: Sequence[Aggregation]

    def misuse_of(self, across: Across) -> str | None:
        """Return what is wrong with it, given how instances' values go together; None when nothing
        is.
        """
        inner = next(
            (aggregation for aggregation in self.within if aggregation.operator not in _PICKING),
            None,
        )
        if inner is None:
            return (
                f"{self.selector}: every instance shows it, so it comes once for each"
                if across is Across.MAX
                else None
            )
        if inner.operator not in _ALLOWED[across]:
            return f"{self.selector}: {inner.operator}, though instances go together by {across}"
        if across is Across.MAX and "instance" in inner.by:
            return f"{self.selector}: every instance by itself, though all show the same"
        return None


def uses(expression: str) -> list[Use]:
    """Return the selectors of an expression.

    Raises ValueError for what this reader does not understand.
    """
    tokens = _TOKEN.findall(expression)
    open_: list[Aggregation | None] = []  # for each open parenthesis what it belongs to
    found: list[Use] = []
    at = 0
    while at < len(tokens):
        token = tokens[at]
        at += 1
        if token in _BEFORE_LABELS:
            _, at = _labels(tokens, at)
        elif token in _AGGREGATIONS:
            by: tuple[str, ...] = ()
            if tokens[at] in ("by", "without"):
                if tokens[at] == "without":
                    raise ValueError(f"`without` in {expression!r}: say by what instead")
                by, at = _labels(tokens, at + 1)
            if tokens[at] != "(":
                raise ValueError(f"{token} without its parenthesis in {expression!r}")
            open_.append(Aggregation(token, by))
            at += 1
        elif token == "(":
            open_.append(None)
        elif token == ")":
            open_.pop()
        elif (
            re.fullmatch(r"[A-Za-z_:][A-Za-z0-9_:]*", token)
            and token not in _WORDS
            and not _is_part_of_number(tokens, at)
        ):
            if at < len(tokens) and tokens[at] == "(":
                continue  # a function: its parenthesis comes next
            end = tokens.index("}", at) + 1 if at < len(tokens) and tokens[at] == "{" else at
            found.append(
                Use(
                    token,
                    "".join(tokens[at - 1 : end]),
                    [each for each in reversed(open_) if each is not None],
                )
            )
            at = end
    if open_:
        raise ValueError(f"a parenthesis is open in {expression!r}")
    return found


def _labels(tokens: Sequence[str], at: int) -> tuple[tuple[str, ...], int]:
    """Return the labels in the parentheses that begin there, and where to go on."""
    end = tokens.index(")", at)
    return tuple(token for token in tokens[at + 1 : end] if token != ","), end + 1


def _is_part_of_number(tokens: Sequence[str], at: int) -> bool:
    """Say whether the word before `at` is the unit of a duration, as `h` in `offset 1h`."""
    return at > 1 and tokens[at - 2].isdigit()
