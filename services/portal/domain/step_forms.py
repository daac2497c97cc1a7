"""What a technician fills in with a step, read into what dispatch takes."""

import re
from collections.abc import Container, Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from services.portal.domain.phone_words import phone_time, read_moment
from services.portal.domain.reasons import Reason
from shared.contracts.tickets import HoldReason
from shared.ids import is_id

HOLD_REASONS = (
    HoldReason.WAITING_PARTS,
    HoldReason.NO_ACCESS,
    HoldReason.WAITING_RESIDENT,
    HoldReason.WAITING_CONTRACTOR,
)
"""Why a technician may pause; that an emergency comes first is for dispatch to say."""
MAX_PHOTOS = 8
_MAX_PARTS = 100
_MAX_QUANTITY = 10_000
_MAX_MINUTES = 10_000
_MAX_REASON = 500
_MAX_NOTE = 4000
_MAX_PART = 200
_MAX_ITEMS = 20
_CODE = re.compile(r"[a-z0-9][a-z0-9_-]{0,39}")

Lists = Mapping[str, Sequence[str]]


class FormWrong(Exception):
    """A field cannot be meant so; `key` is the message that says what and how to mend it."""

    def __init__(self, field: str, key: str) -> None:
        super().__init__(f"{field}: {key}")
        self.field, self.key = field, key


def read_reason(fields: Mapping[str, str], usual: Container[str], *, demanded: bool) -> Reason:
    """Return the reason that was chosen or written. Raises FormWrong."""
    code, words = fields.get("reason", "").strip(), fields.get("words", "").strip()
    reason = Reason(code if code in usual else "", words)
    if len(reason.said) > _MAX_REASON:
        raise FormWrong("words", "technician-wrong-reason-long")
    if demanded and not reason.said:
        raise FormWrong("reason", "technician-wrong-reason")
    return reason


def pause_body(fields: Mapping[str, str]) -> dict[str, Any]:
    """Return the body of `pause`. Raises FormWrong."""
    reason = fields.get("reason", "").strip()
    if reason not in set(HOLD_REASONS):
        raise FormWrong("reason", "technician-wrong-pause")
    return {**phone_time(fields), "reason": reason}


def report_body(fields: Mapping[str, str], lists: Lists, *, now: datetime) -> dict[str, Any]:
    """Return what `complete` and `follow-up` take of a report, beside its photos. Minutes that are
    left out are those since the technician was there. Raises FormWrong.
    """
    note = fields.get("note", "").strip()
    if len(note) > _MAX_NOTE:
        raise FormWrong("note", "technician-wrong-note-long")
    signature = fields.get("signature", "").strip()
    checklist = _checklist(lists)
    return {
        **phone_time(fields),
        "note": note or None,
        "minutes": _minutes(fields, now),
        "parts": _parts(lists),
        "signature": signature if is_id(signature) else None,
        # a dispatch of the release before takes none, not even an empty one
        **({"checklist": checklist} if checklist else {}),
    }


def report_photos(lists: Lists, sent: Sequence[tuple[str, bool]] = ()) -> list[dict[str, Any]]:
    """Return the photos of a report: those that were chosen, and the attachments that were `sent`
    with the form, each with whether it shows how it was before.
    """
    named = [
        *((id, True) for id in lists.get("photos_before", ())),
        *((id, False) for id in lists.get("photos", ())),
        *sent,
    ]
    known = {str(UUID(id)): before for id, before in named if is_id(id)}
    return [{"id": id, "before": before} for id, before in [*known.items()][:MAX_PHOTOS]]


def part_rows(lists: Lists, *, least: int) -> list[tuple[str, str]]:
    """Return the parts as they were written, (name, quantity), and empty rows up to that many."""
    names, quantities = lists.get("part", ()), lists.get("quantity", ())
    rows = [(name, quantities[n] if n < len(quantities) else "1") for n, name in enumerate(names)]
    return rows[:_MAX_PARTS] + [("", "1")] * (least - len(rows))


def _checklist(lists: Lists) -> list[dict[str, Any]]:
    """Return the items that the form showed (`item`), each with whether it is ticked (`done`)."""
    ticked = set(lists.get("done", ()))
    shown = dict.fromkeys(code for code in lists.get("item", ()) if _CODE.fullmatch(code))
    return [{"code": code, "done": code in ticked} for code in [*shown][:_MAX_ITEMS]]


def _minutes(fields: Mapping[str, str], now: datetime) -> int | None:
    text = fields.get("minutes", "").strip()
    if not text:
        since = read_moment(fields.get("there_since", ""))
        minutes = 0 if since is None else round((now - since).total_seconds() / 60)
        return minutes if 0 < minutes <= _MAX_MINUTES else None
    if not text.isascii() or not text.isdigit() or int(text[:9]) > _MAX_MINUTES:
        raise FormWrong("minutes", "technician-wrong-minutes")
    return int(text)


def _parts(lists: Lists) -> list[dict[str, Any]]:
    names, quantities = lists.get("part", ()), lists.get("quantity", ())
    found = []
    for n, name in enumerate(names[:_MAX_PARTS]):
        name, quantity = name.strip(), quantities[n].strip() if n < len(quantities) else ""
        if not name:
            continue
        if len(name) > _MAX_PART:
            raise FormWrong("part", "technician-wrong-part-long")
        count = int(quantity[:9]) if quantity.isascii() and quantity.isdigit() else 1
        if not 1 <= count <= _MAX_QUANTITY:
            raise FormWrong("part", "technician-wrong-quantity")
        found.append({"name": name, "quantity": count})
    return found
