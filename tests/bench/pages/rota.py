"""Which pages each of the readers looks at, in turn."""

from collections.abc import Mapping, Sequence
from itertools import cycle, islice
from typing import NamedTuple

from tests.bench.pages.people import Reader

RESIDENT_TICKET, RESIDENT_LIST, REPORT = "/r/tickets/{id}", "/r/tickets", "/r/report"
DESK_TICKET, DESK_LIST, BOARD = "/ops/tickets/{id}", "/ops/tickets", "/ops"
_PAGES: Mapping[str, Sequence[str]] = {
    "resident": ("/r", RESIDENT_TICKET, RESIDENT_LIST, REPORT),
    "technician": ("/w", "/w/jobs/{id}"),
    "dispatcher": (BOARD, DESK_TICKET, DESK_LIST, DESK_TICKET),
    "manager": ("/m", BOARD, "/m/compliance", DESK_LIST),
}
_ROUNDS = 6
"""After so many rounds a reader comes back to the tickets that they looked at first."""


class Look(NamedTuple):
    """A page by its name, and the path at which it is looked at."""

    page: str
    path: str


def pages() -> list[str]:
    """Return the names of all pages that are looked at, each once."""
    return list(dict.fromkeys(page for pages in _PAGES.values() for page in pages))


def looks_of(reader: Reader, about: Sequence[str]) -> list[Look]:
    """Return what the reader looks at, over and over; `about` are the ids of the tickets, or of a
    technician's jobs, that they open one after another.
    """
    ids = cycle(about)
    turn = _PAGES[reader.role]
    return [
        Look(page, page.format(id=next(ids)) if "{id}" in page else page)
        for page in islice(cycle(turn), len(turn) * _ROUNDS)
    ]
