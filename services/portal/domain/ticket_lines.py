"""What happened on a ticket, in a resident's words: lines of its timeline, newest first."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from pydantic import AwareDatetime, Field, TypeAdapter

from services.portal.domain.ticket_view import SYSTEM, TicketView
from services.portal.domain.tracking import Said
from shared.contracts.base import Contract
from shared.contracts.categories import Nature
from shared.contracts.tickets import HoldReason, Priority

_AT_ONCE = timedelta(minutes=10)
_MARKS = ("speed", "quality", "manner")
_REWORDED = frozenset({"answers", "description", "place", "preferred_windows", "title"})


class Entry(Contract):
    """One line as `GET /v1/tickets/{id}/timeline` gives it."""

    n: int
    at: AwareDatetime
    name: str
    cause: str = ""
    detail: dict[str, Any] = Field(default_factory=dict)
    text: str | None = None
    by_staff: bool | None = None
    by_technician: bool | None = None


ENTRIES = TypeAdapter(list[Entry])


@dataclass(frozen=True, kw_only=True)
class Line:
    """A message with what it says, then what a person wrote and the photos that came with it.
    `state` is the colour of its dot, `n` its number.
    """

    n: int
    at: datetime
    key: str
    said: Said = field(default_factory=dict)
    state: str = ""
    text: str = ""
    photos: tuple[UUID, ...] = ()


def lines(
    entries: Iterable[Entry], ticket: TicketView, *, reader: str | None, names: bool = True
) -> list[Line]:
    """Return what the reader is told of the entries, newest first; without `names` no technician
    is called by theirs.
    """
    teller = _Teller(ticket, reader, names)
    found: list[Line] = []
    for entry in entries:
        line = teller.line(entry)
        if line is None:
            continue
        if found and _belong_together(found[-1], line):
            line = replace(line, photos=(*found.pop().photos, *line.photos))
        found.append(line)
    found.reverse()
    return found


def _belong_together(one: Line, other: Line) -> bool:
    """Return whether both are photos of the same person, sent at once."""
    return (
        bool(one.photos)
        and bool(other.photos)
        and not other.text
        and (one.key, one.said) == (other.key, other.said)
        and other.at - one.at <= _AT_ONCE
    )


@dataclass(frozen=True)
class _Teller:
    ticket: TicketView
    reader: str | None
    names: bool

    def line(self, entry: Entry) -> Line | None:
        """Return the entry in words; None for what says nothing to a resident."""
        tell = _TELL.get(entry.name)
        return None if tell is None else tell(self, entry)

    def opened(self, entry: Entry) -> Line:
        urgent = self.ticket.classes[0].priority if self.ticket.classes else self.ticket.priority
        is_fault = self.ticket.nature is Nature.FAULT
        if is_fault and urgent is Priority.EMERGENCY:
            key = "resident-line-opened-emergency"
        else:
            key = "resident-line-opened" if is_fault else "resident-line-opened-other"
        said = "\n".join(each for each in (self.ticket.title, self.ticket.description) if each)
        return _line(entry, key, text=said)

    def imported(self, entry: Entry) -> Line:
        return _line(entry, "resident-line-imported", text=self.ticket.description)

    def assigned(self, entry: Entry) -> Line:
        return _line(entry, "resident-line-assigned", "ok", who=self._technician(entry))

    def started(self, entry: Entry) -> Line:
        return _line(entry, "resident-line-started", "ok", who=self._technician(entry))

    def unassigned(self, entry: Entry) -> Line:
        key = "resident-line-unassigned"
        if entry.detail.get("follow_up"):
            key = "resident-line-follow-up"
        return _line(
            entry, key, "risk", text=_text(entry.detail.get("note")), who=self._technician(entry)
        )

    def held(self, entry: Entry) -> Line:
        key = _HELD.get(_text(entry.detail.get("reason")), "resident-line-held")
        return _line(entry, key, "hold", text=_text(entry.detail.get("note")))

    def released(self, entry: Entry) -> Line:
        return _line(entry, "resident-line-released")

    def resolved(self, entry: Entry) -> Line:
        note = _text(entry.detail.get("note"))
        if _is_work(entry):
            who = self._technician(entry)
            return _line(entry, "resident-line-resolved", "ok", text=note, who=who)
        return _line(entry, "resident-line-settled", "ok", text=note)

    def closed(self, entry: Entry) -> Line:
        if entry.cause == SYSTEM:
            return _line(entry, "resident-line-closed-unconfirmed")
        is_own = self._is_own(entry)
        return _line(entry, "resident-line-closed-own" if is_own else "resident-line-closed")

    def reopened(self, entry: Entry) -> Line:
        own = "resident-line-reopened-own"
        key = own if self._is_own(entry) else "resident-line-reopened"
        return _line(entry, key, "risk", text=_text(entry.detail.get("reason")))

    def cancelled(self, entry: Entry) -> Line:
        if entry.detail.get("duplicate_of"):
            reference = _text(entry.detail.get("reference"))
            return _line(entry, "resident-line-merged", reference=reference)
        own = "resident-line-cancelled-own"
        key = own if self._is_own(entry) else "resident-line-cancelled"
        return _line(entry, key, text=_text(entry.detail.get("reason")))

    def unmerged(self, entry: Entry) -> Line:
        return _line(entry, "resident-line-unmerged", text=_text(entry.detail.get("reason")))

    def reclassified(self, entry: Entry) -> Line:
        danger = _text(entry.detail.get("danger"))
        if danger:
            return _line(entry, "resident-line-raised", "risk", danger=danger)
        return _line(entry, "resident-line-reclassified", text=_text(entry.detail.get("reason")))

    def amended(self, entry: Entry) -> Line | None:
        merged = _text(entry.detail.get("merged"))
        if merged:
            return _line(entry, "resident-line-joined", reference=merged)
        if not _REWORDED & set(entry.detail.get("changed") or ()):
            return None
        own = "resident-line-amended-own"
        return _line(entry, own if self._is_own(entry) else "resident-line-amended")

    def cancel_requested(self, entry: Entry) -> Line:
        reason = _text(entry.detail.get("reason"))
        return _line(entry, "resident-line-cancel-requested", "hold", text=reason)

    def cancel_refused(self, entry: Entry) -> Line:
        reason = _text(entry.detail.get("reason"))
        return _line(entry, "resident-line-cancel-refused", text=reason)

    def appointed(self, entry: Entry) -> Line | None:
        try:
            window: dict[str, Any] = {
                "from": datetime.fromisoformat(entry.detail["start"]),
                "to": datetime.fromisoformat(entry.detail["end"]),
            }
        except (KeyError, TypeError, ValueError):
            return None
        if entry.detail.get("cancelled"):
            return _line(entry, "resident-line-visit-cancelled", **window)
        if entry.detail.get("proposed"):
            return _line(entry, "resident-line-visit-offered", "info", **window)
        return _line(entry, "resident-line-visit-agreed", "ok", **window)

    def attached(self, entry: Entry) -> Line | None:
        photos = self._there([entry.detail.get("attachment_id")])
        if not photos:
            return None
        if self._is_own(entry):
            key = "resident-line-photo-own"
        else:
            key = "resident-line-photo-technician" if _is_work(entry) else "resident-line-photo"
        return _line(entry, key, photos=photos, **self._named(entry, key))

    def urged(self, entry: Entry) -> Line:
        own = "resident-line-urged-own"
        return _line(entry, own if self._is_own(entry) else "resident-line-urged", "risk")

    def rated(self, entry: Entry) -> Line | None:
        marks: dict[str, Any] = {each: entry.detail.get(each) for each in _MARKS}
        if not all(isinstance(mark, int) for mark in marks.values()):
            return None
        return _line(entry, "resident-line-rated", text=_text(entry.detail.get("text")), **marks)

    def comment(self, entry: Entry) -> Line | None:
        photos = self._there(entry.detail.get("attachments") or ())
        if not entry.text and not photos:
            return None
        if self._is_own(entry):
            key = "resident-line-said-own"
        elif entry.by_technician:
            key = "resident-line-said-technician"
        else:
            key = "resident-line-said-staff" if entry.by_staff else "resident-line-said-others"
        state = "info" if entry.by_staff or entry.by_technician else ""
        text = entry.text or ""
        return _line(entry, key, state, text=text, photos=photos, **self._named(entry, key))

    def _named(self, entry: Entry, key: str) -> dict[str, str]:
        return {"who": self._technician(entry)} if key.endswith("-technician") else {}

    def _technician(self, entry: Entry) -> str:
        """Return what the line's technician is called, who is known where they have the job now;
        empty for another.
        """
        work = self.ticket.work
        if not self.names or work is None or entry.cause != f"job:{work.job_id}":
            return ""
        return work.technician or ""

    def _is_own(self, entry: Entry) -> bool:
        return bool(entry.cause) and entry.cause == self.reader

    def _there(self, ids: Iterable[object]) -> tuple[UUID, ...]:
        """Return those of the attachments that the reader sees."""
        said = {str(each) for each in ids}
        return tuple(each.id for each in self.ticket.attachments if str(each.id) in said)


_TELL: Mapping[str, Callable[[_Teller, Entry], Line | None]] = {
    "opened": _Teller.opened,
    "imported": _Teller.imported,
    "assigned": _Teller.assigned,
    "started": _Teller.started,
    "unassigned": _Teller.unassigned,
    "held": _Teller.held,
    "released": _Teller.released,
    "resolved": _Teller.resolved,
    "closed": _Teller.closed,
    "reopened": _Teller.reopened,
    "cancelled": _Teller.cancelled,
    "unmerged": _Teller.unmerged,
    "reclassified": _Teller.reclassified,
    "amended": _Teller.amended,
    "cancel_requested": _Teller.cancel_requested,
    "cancel_refused": _Teller.cancel_refused,
    "appointed": _Teller.appointed,
    "attached": _Teller.attached,
    "urged": _Teller.urged,
    "rated": _Teller.rated,
    "comment": _Teller.comment,
}
_HELD: Mapping[str, str] = {
    HoldReason.WAITING_RESIDENT: "resident-line-held-you",
    HoldReason.WAITING_PARTS: "resident-line-held-parts",
    HoldReason.NO_ACCESS: "resident-line-held-no-access",
    HoldReason.WAITING_CONTRACTOR: "resident-line-held-contractor",
    HoldReason.INTERRUPTED: "resident-line-held-interrupted",
}


def _line(
    entry: Entry,
    key: str,
    state: str = "",
    *,
    text: str = "",
    photos: Sequence[UUID] = (),
    **said: Any,
) -> Line:
    return Line(
        n=entry.n, at=entry.at, key=key, said=said, state=state, text=text, photos=tuple(photos)
    )


def _is_work(entry: Entry) -> bool:
    return entry.cause == "dispatch" or entry.cause.startswith("job:")


def _text(value: object) -> str:
    return value if isinstance(value, str) else ""
