"""What a technician's phone kept and was not taken, as a note for the desk: codes and values, which
each reader is told in their own language.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from pydantic_core import from_json, to_json

from services.portal.domain.phone_words import read_moment

_MARK = "phone_refused "
"""How the first line of such a note begins; JSON follows, and on further lines what was written."""
_OWN = frozenset(("verb", "at", "status", "code", "said", "title", "type", "detail", "instance"))
"""What is told beside the members, or was said in one language."""
_MAX_TEXT = 100
_MAX_LINE = 2000


@dataclass(frozen=True, kw_only=True)
class UnsentWork:
    """What was to be done (`verb`) and when, by the phone's clock; None where that says nothing.
    `status`, `code` and `members` are of the refusal; without a code it was none of ours. `words`
    is what was written with it.
    """

    verb: str
    at: datetime | None
    status: int
    code: str
    members: Mapping[str, Any]
    words: str

    @property
    def note(self) -> str:
        """The note as tickets keeps it."""
        told = {
            **self.members,
            "verb": self.verb,
            "at": self.at,
            "status": self.status,
            "code": self.code,
        }
        line = to_json(told).decode()
        if len(line) > _MAX_LINE:
            line = to_json({"verb": self.verb, "at": self.at, "status": self.status}).decode()
        return f"{_MARK}{line}\n{self.words}".rstrip()


def unsent_in_form(fields: Mapping[str, str]) -> UnsentWork | None:
    """Return what a phone tells the desk of; None for a form that brings words alone."""
    if not fields.get("refused"):
        return None
    told = _members(fields.get("refused_because", ""))
    status = fields.get("refused_status", "")
    told |= {
        "verb": fields["refused"],
        "at": fields.get("refused_at", ""),
        "status": int(status[:3]) if status.isascii() and status.isdigit() else 0,
    }
    return _unsent(told, fields.get("text", ""))


def unsent_in_note(note: str) -> UnsentWork | None:
    """Return what the note tells; None for one that a person wrote."""
    if not note.startswith(_MARK):
        return None
    line, _, words = note.removeprefix(_MARK).partition("\n")
    told = _members(line)
    return _unsent(told, words) if told else None


def _unsent(told: Mapping[str, Any], words: str) -> UnsentWork:
    status = told.get("status")
    return UnsentWork(
        verb=_text(told, "verb"),
        at=read_moment(_text(told, "at")),
        status=status if isinstance(status, int) and 400 <= status < 600 else 400,
        code=_text(told, "code"),
        members={name: value for name, value in told.items() if name not in _OWN},
        words=words.strip(),
    )


def _members(text: str) -> dict[str, Any]:
    try:
        members = from_json(text)
    except ValueError:
        return {}
    return members if isinstance(members, dict) else {}


def _text(told: Mapping[str, Any], name: str) -> str:
    value = told.get(name)
    return value[:_MAX_TEXT] if isinstance(value, str) else ""
