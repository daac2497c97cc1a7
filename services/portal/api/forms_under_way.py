"""Forms that are coming and being answered: how many large ones, and how much of this instance's
disk they hold, by who sends them.
"""

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from shared.errors import TooMany, Unavailable
from shared.http.limits.limiter import LARGE_BODY_BYTES

MAX_COMING = 8
"""Large forms that one sender may be sending at once."""
_MEGABYTE = 1024 * 1024
_MAX_BYTES_OF_PERSON = 320 * _MEGABYTE
_MAX_BYTES_OF_NETWORK = 96 * _MEGABYTE
"""Of strangers in one network: room for a report with as many photos as it may have."""
MAX_BYTES_OF_STRANGERS = 384 * _MEGABYTE
"""Of all strangers together."""


class TooManyForms(TooMany):
    """The sender's other forms are still under way."""

    code = "too_many_forms"


class NoRoomForStrangers(Unavailable):
    """Strangers hold as much as they may; what is small still comes in."""

    code = "no_room_for_forms"
    retry_after_s = 30


@dataclass(frozen=True)
class Sender:
    """Who sends forms: a person, in however many sessions, or strangers in one network."""

    name: str
    is_stranger: bool

    @property
    def max_bytes(self) -> int:
        """How much all forms of the sender may hold, and so each of them."""
        return _MAX_BYTES_OF_NETWORK if self.is_stranger else _MAX_BYTES_OF_PERSON


class FormsUnderWay:
    """Counts of this instance alone."""

    def __init__(self) -> None:
        self.coming: Counter[str] = Counter()
        self.held_bytes: Counter[str] = Counter()
        self.strangers_bytes = 0

    @contextmanager
    def one_more(self, sender: Sender) -> Iterator[None]:
        """Count one more large form that is coming. Raises TooManyForms."""
        if self.coming[sender.name] >= MAX_COMING:
            raise _too_many()
        self.coming[sender.name] += 1
        try:
            yield
        finally:
            _take(self.coming, sender.name, 1)

    def hold(self, sender: Sender) -> "HeldForm":
        """Return the room that a form of the sender takes from now on: none yet."""
        return HeldForm(self, sender)

    def count(self, sender: Sender, added_bytes: int) -> None:
        """Count what a form of the sender holds more than before, or less."""
        self.held_bytes[sender.name] += added_bytes
        self.strangers_bytes += added_bytes if sender.is_stranger else 0
        _take(self.held_bytes, sender.name, 0)


class HeldForm:
    """The room that one form takes. Its first 64 KiB are not counted: a report without photos comes
    in however much others send.
    """

    def __init__(self, forms: FormsUnderWay, sender: Sender) -> None:
        self._forms, self._sender = forms, sender
        self._came_bytes = self._counted_bytes = 0

    def add(self, size_bytes: int) -> None:
        """Count a piece that has come, before it is stored. Raises TooManyForms, and
        NoRoomForStrangers where those of other networks hold too much.
        """
        forms, sender = self._forms, self._sender
        came_bytes = self._came_bytes + size_bytes
        added = max(came_bytes - LARGE_BODY_BYTES, 0) - self._counted_bytes
        if forms.held_bytes[sender.name] + added > sender.max_bytes:
            raise _too_many()
        if sender.is_stranger and forms.strangers_bytes + added > MAX_BYTES_OF_STRANGERS:
            raise NoRoomForStrangers("Too much is being sent right now; send it without files.")
        self._came_bytes, self._counted_bytes = came_bytes, self._counted_bytes + added
        forms.count(sender, added)

    def release(self) -> None:
        """Give the room back: the form's files are gone."""
        counted, self._counted_bytes = self._counted_bytes, 0
        self._forms.count(self._sender, -counted)


def _take(counts: Counter[str], name: str, number: int) -> None:
    counts[name] -= number
    if not counts[name]:
        del counts[name]


def _too_many() -> TooManyForms:
    return TooManyForms("Other forms of yours are still under way; send this one after them.")
