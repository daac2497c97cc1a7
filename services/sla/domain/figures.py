"""Figures that are kept along with what they count, so that nothing has to be counted."""

from collections import Counter
from typing import NamedTuple

BREACHES, WARNINGS, KEPT = "breaches", "warnings", "kept"
TICKET = "ticket"


class Figure(NamedTuple):
    """What is counted. `kind` is a kind of clock, or `TICKET`; `counted` is a state, `BREACHES`,
    `WARNINGS` or `KEPT`.
    """

    site_id: str
    priority: str
    kind: str
    counted: str


Figures = Counter[Figure]
"""How many more of each there are, fewer where it is negative."""
