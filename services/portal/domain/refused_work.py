"""What dispatch and tickets refuse a technician, as sentences to choose from."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

PLAIN = frozenset(
    {
        *("already_doing", "at_capacity", "windows_overlap", "too_many_steps", "ticket_full"),
        *("too_many_attachments", "not_attachable", "unreadable_file", "too_many_pixels"),
        *("image_too_costly", "body_too_large", "too_many_comments"),
    }
)
"""Codes that need no more than their sentence, `technician-refused-<code>`."""
BARS = frozenset(
    {
        *("lacks_skill", "not_this_site", "off_shift", "shift_ends", "on_leave", "at_capacity"),
        *("cooling_down", "too_far", "outside_windows", "certificate_missing"),
        *("certificate_expired", "at_desk"),
    }
)
"""Rules that bar a technician, each with its sentence, `technician-bar-<code>`."""


@dataclass(frozen=True, kw_only=True)
class RefusedWords:
    """A message and its arguments; `at` is a moment among them, to be told as a time of day, `bars`
    and `state` are codes to be told in words.
    """

    key: str
    who: str = ""
    at: datetime | None = None
    bars: tuple[str, ...] = ()
    state: str = ""


def words_of(code: str, members: Mapping[str, Any]) -> RefusedWords | None:
    """Return what a technician is told of the refusal; None where the service's own words do."""
    match code:
        case "offer_decided":
            return _offer_decided(members)
        case "not_in_pool":
            return _not_in_pool(members)
        case "not_yours":
            return _not_yours(members)
        case "illegal_step":
            return RefusedWords(
                key="technician-refused-illegal-step", state=_text(members, "state")
            )
        case "not_eligible":
            codes = members.get("codes")
            known = tuple(each for each in codes if each in BARS) if isinstance(codes, list) else ()
            key = "technician-refused-not-eligible" if known else "technician-refused-not-now"
            return RefusedWords(key=key, bars=known)
        case "not_found":
            return RefusedWords(key="technician-refused-not-found")
        case _ if code in PLAIN:
            return RefusedWords(key=f"technician-refused-{code.replace('_', '-')}")
    return None


def _offer_decided(members: Mapping[str, Any]) -> RefusedWords:
    """Say who was first, that it is over, or what became of a job that was theirs."""
    state, who = _text(members, "state"), _text(members, "accepted_by")
    accepted_at = _moment(members, "accepted_at")
    if state == "accepted":
        return RefusedWords(
            key="technician-lost-no-longer-yours", at=_moment(members, "ended_at") or accepted_at
        )
    if state == "declined":
        return RefusedWords(key="technician-lost-declined", at=_moment(members, "decided_at"))
    if accepted_at is not None:
        return _first(who, accepted_at)
    if state == "expired":
        return RefusedWords(key="technician-lost-expired", at=_moment(members, "decided_at"))
    return RefusedWords(key="technician-lost-withdrawn", at=_moment(members, "decided_at"))


def _not_in_pool(members: Mapping[str, Any]) -> RefusedWords:
    accepted_at = _moment(members, "accepted_at")
    if accepted_at is not None:
        return _first(_text(members, "accepted_by"), accepted_at)
    return RefusedWords(key="technician-lost-not-in-pool")


def _not_yours(members: Mapping[str, Any]) -> RefusedWords:
    who, at = _text(members, "held_by"), _moment(members, "ended_at")
    if who:
        return RefusedWords(key="technician-lost-given-to", who=who, at=at)
    if _text(members, "state") == "cancelled":
        return RefusedWords(key="technician-lost-cancelled", at=at)
    return RefusedWords(key="technician-lost-taken-back", at=at)


def _first(who: str, at: datetime) -> RefusedWords:
    key = "technician-lost-to" if who else "technician-lost-to-another"
    return RefusedWords(key=key, who=who, at=at)


def _text(members: Mapping[str, Any], name: str) -> str:
    value = members.get(name)
    return value if isinstance(value, str) else ""


def _moment(members: Mapping[str, Any], name: str) -> datetime | None:
    try:
        moment = datetime.fromisoformat(_text(members, name))
    except ValueError:
        return None
    return moment if moment.tzinfo is not None else None
